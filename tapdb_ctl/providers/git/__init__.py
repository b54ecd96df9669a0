"""The git repository that manifests are in: read by running git, and silent where there is none."""
