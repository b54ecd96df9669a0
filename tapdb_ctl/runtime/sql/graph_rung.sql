SELECT {near}_instance_uuid, {near}_depth, {far}_instance_uuid, {far}_depth FROM edge
