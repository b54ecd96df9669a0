"""What templates mention, and which template is meant."""

from tapdb_ctl.manifest.mentions import mentions, resolver


def test_each_kind_has_its_label() -> None:
    json_addl = {
        "action_imports": {"a": "g/t/act/1.0", "group": {"actions": {"g/t/other/1.0": {}}}},
        "expected_inputs": ["g/t/in/*", {"template_code": "g/t/in/2.0/"}, {"note": "no template"}],
        "expected_outputs": ["g/t/out/1.0"],
        "instantiation_layouts": [
            {"child_templates": ["g/t/child/1.0"]},
            {"relationship_type": "holds", "child_templates": [{"template_code": "g/t/child/1.0", "count": 3}]},
        ],
    }
    assert list(mentions(json_addl)) == [
        ("g/t/act/1.0", "action"),
        ("g/t/other/1.0", "action"),
        ("g/t/in/*", "input"),
        ("g/t/in/2.0/", "input"),
        ("g/t/out/1.0", "output"),
        ("g/t/child/1.0", "contains"),
        ("g/t/child/1.0", "holds ×3"),
    ]


def test_a_star_is_the_highest_version() -> None:
    find = resolver(["g/t/a/1.9", "g/t/a/1.10", "g/t/b/1.0"])
    assert [find(code) for code in ("g/t/a/*", "g/t/a/1.9/", "g/t/b/*/", "g/t/c/*", "g/t/a/2.0")] == [
        "g/t/a/1.10",
        "g/t/a/1.9",
        "g/t/b/1.0",
        None,
        None,
    ]
