from __future__ import annotations

import pytest

from tapdb_ctl import euid

# Published by TAPDB 0.1.13.
VECTORS = [
    ("GT", 1, None, "GT-13"),
    ("GX", 1, None, "GX-10"),
    ("GX", 42, None, "GX-1A0"),
    ("GN", 1, None, "GN-18"),
    ("WX", 1, None, "WX-18"),
    ("WSX", 31, None, "WSX-ZN"),
    ("XX", 32, None, "XX-107"),
    ("CX", 1000, None, "CX-Z8A"),
    ("CX", 2**31, None, "CX-20000007"),
    ("TX", 1, None, "TX-1C"),
    ("TX", 32768, None, "TX-1000A"),
    ("TX", 1, "X", "X:TX-1F"),
    ("TX", 1234, "H", "H:TX-16JG"),
]


@pytest.mark.parametrize(("prefix", "number", "sandbox", "text"), VECTORS)
def test_published_vectors(prefix: str, number: int, sandbox: str | None, text: str) -> None:
    assert euid.format_euid(prefix, number, sandbox=sandbox) == text
    assert euid.parse_euid(text) == euid.Euid(prefix, number, sandbox)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "GT",
        "GT-",
        "GT-3",
        "GT-14",
        "GT-013",
        "gt-13",
        "GT-13\n",
        " GT-13",
        "GT-13-",
        "G-13",
        "GTGT-13",
        "IT-13",
        "GT-U3",
        "GT\u201113",
        "G\uff34-13",
        "A:TX-1F",
        "X:TX-1C",
        "XX:TX-1F",
        ":TX-1C",
    ],
)
def test_what_is_no_euid(text: str) -> None:
    assert not euid.validate_euid(text)
    assert not euid.validate_euid(text, environment="sandbox")
    with pytest.raises(ValueError, match=r"EUID|check character"):
        euid.parse_euid(text)


def test_environments_take_their_own() -> None:
    assert euid.validate_euid("TX-1C")
    assert not euid.validate_euid("TX-1C", environment="sandbox")
    assert euid.validate_euid("X:TX-1F", environment="sandbox")
    assert not euid.validate_euid("X:TX-1F")


def test_a_sandbox_may_be_limited() -> None:
    assert euid.validate_euid("X:TX-1F", environment="sandbox", allowed_sandbox_prefixes=["X"])
    assert not euid.validate_euid("X:TX-1F", environment="sandbox", allowed_sandbox_prefixes=["H"])
    assert not euid.validate_euid("X:TX-1F", environment="sandbox", allowed_sandbox_prefixes=[])


@pytest.mark.parametrize(
    ("prefix", "number", "sandbox"),
    [
        ("C", 1, None),
        ("CXYZ", 1, None),
        ("cx", 1, None),
        ("IX", 1, None),
        ("CX", 0, None),
        ("CX", -1, None),
        ("CX", 1, "A"),
    ],
)
def test_what_cannot_be_formatted(prefix: str, number: int, sandbox: str | None) -> None:
    with pytest.raises(ValueError, match=r"EUID|sandbox"):
        euid.format_euid(prefix, number, sandbox=sandbox)


@pytest.mark.parametrize("body", ["", "0", "01", "I", "u", "1-"])
def test_what_is_no_body(body: str) -> None:
    with pytest.raises(ValueError, match="body"):
        euid.crockford_base32_decode(body)


@pytest.mark.parametrize("payload", ["", "gx1", "G-1", "GX\u0661"])
def test_what_has_no_checksum(payload: str) -> None:
    with pytest.raises(ValueError, match="characters"):
        euid.meridian_checksum(payload)


@pytest.mark.parametrize(
    ("prefix", "numbered", "name"),
    [
        ("CX", "instance", "cx_instance_seq"),
        ("TSR", "user", "tsr_user_seq"),
        ("TAD", "audit", "tad_audit_seq"),
        ("GT", "instance", "generic_template_seq"),
        ("GN", "instance", "generic_instance_lineage_seq"),
    ],
)
def test_sequence_names(prefix: str, numbered: euid.Numbered, name: str) -> None:
    assert euid.sequence_name(prefix, numbered) == name


def test_no_sequence_for_what_is_no_prefix() -> None:
    with pytest.raises(ValueError, match="prefix"):
        euid.sequence_name("c; DROP")


def test_a_config_knows_the_built_in_prefixes_and_its_own() -> None:
    config = euid.EUIDConfig(application_prefixes={"CX": "container_instance"})
    config.register_prefix("MX", "content_instance")
    assert config.get_all_prefixes() == {
        "GT": "generic_template",
        "GX": "generic_instance",
        "GN": "generic_instance_lineage",
        "WX": "workflow_instance",
        "WSX": "workflow_step_instance",
        "XX": "action_instance",
        "CX": "container_instance",
        "MX": "content_instance",
    }
    assert config.get_prefix_for_discriminator("content_instance") == "MX"
    assert config.get_prefix_for_discriminator("subject_instance") is None
    assert "    WHEN 'content_instance' THEN 'MX'\n    ELSE 'GX'" in config.to_sql_case_statement()


@pytest.mark.parametrize("prefix", ["TUS", "ABCD", "cx", "C", "", "GT", "WSX", "CX"])
def test_a_config_refuses_what_no_euid_can_have_and_what_is_taken(prefix: str) -> None:
    config = euid.EUIDConfig(application_prefixes={"CX": "container_instance"})
    with pytest.raises(ValueError, match="prefix"):
        config.register_prefix(prefix, "content_instance")
    with pytest.raises(ValueError, match="prefix"):
        euid.EUIDConfig(application_prefixes={"CX": "x", "GX": "y"})
