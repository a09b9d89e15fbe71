"""The PHP client without a network: its grammar, and what it says of signatures."""

import re
import subprocess
import time
from pathlib import Path

import pytest

from connectors.webhook.signature import secret_bytes, signature
from tests.integration.php.script import CLIENT, Script, php

SECRET = "rahasia-uji-panjang"
TOKENS = """<?php
foreach (token_get_all(file_get_contents($argv[1])) as $t) {
    echo is_array($t) ? token_name($t[0]) : 'CHAR', "\\t",
        json_encode(is_array($t) ? $t[1] : $t), "\\n";
}
"""
NEWER = (
    *("T_COALESCE", "T_COALESCE_EQUAL", "T_SPACESHIP", "T_FN", "T_YIELD_FROM"),
    *("T_MATCH", "T_ENUM", "T_READONLY", "T_ATTRIBUTE", "T_NULLSAFE_OBJECT_OPERATOR"),
)
NOT_FUNCTIONS = (
    *("array", "isset", "list", "unset", "exit", "catch", "foreach", "if"),
    *("while", "empty"),
)
OF_PHP_5 = (
    *("abs", "array", "base64_decode", "base64_encode", "count", "curl_error"),
    *("curl_exec", "curl_getinfo", "curl_init", "curl_setopt_array", "explode"),
    *("fclose", "fflush", "file_get_contents", "file_put_contents", "flock", "fopen"),
    *("ftruncate", "fwrite", "getenv", "glob", "hash", "hash_equals", "hash_hmac"),
    *("in_array", "is_array", "is_dir", "is_string", "json_decode", "json_encode"),
    *(
        "json_last_error_msg",
        "max",
        "microtime",
        "min",
        "mkdir",
        "mt_rand",
        "preg_match",
    ),
    *(
        "preg_match",
        "preg_replace",
        "realpath",
        "rename",
        "rewind",
        "rtrim",
        "scandir",
        "sort",
    ),
    *("sprintf", "str_replace", "stream_get_contents", "strlen", "strncmp"),
    *("strtolower", "substr", "time", "trim", "uniqid", "unlink"),
    *("array_merge", "call_user_func", "ceil", "http_build_query", "is_file"),
    *("rawurlencode",),
)
"""Functions that PHP 5.6 has, by its manual."""


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    script = tmp_path_factory.mktemp("php") / "tokens.php"
    script.write_text(TOKENS)
    done = subprocess.run(
        [php(), str(script), str(CLIENT)], capture_output=True, text=True, check=True
    )
    found = [line.split("\t", 1) for line in done.stdout.splitlines()]
    skipped = ("T_WHITESPACE", "T_COMMENT", "T_DOC_COMMENT")
    return [(kind, text[1:-1]) for kind, text in found if kind not in skipped]


def test_no_grammar_newer_than_php_5_6(tokens: list[tuple[str, str]]) -> None:
    assert not {kind for kind, _ in tokens} & set(NEWER)
    code = " ".join(text for _, text in tokens)
    assert not re.search(r"\) : \??\w+ \{", code), "a return type"
    typed = r"[(,] \??(int|string|bool|float|iterable|object|mixed) \$"
    assert not re.search(typed, code), "a scalar type"
    assert not re.search(r"(private|public|protected) const", code)
    assert not re.search(r"(private|public|protected) (static )?\??\w+ \$", code)
    assert not re.search(r"new class\b", code)
    assert not re.search(r"catch \( \w+ \|", code)
    assert not re.search(r"(^|[;{}]) \[ \$\w+ ,", code), "a list in brackets"
    assert not re.search(r", \)", code), "a comma after the last argument"


def test_only_functions_of_php_5_6(tokens: list[tuple[str, str]]) -> None:
    texts = [text for _, text in tokens]
    called = {
        texts[at]
        for at in range(1, len(texts) - 1)
        if texts[at + 1] == "("
        and re.fullmatch(r"[a-z_0-9]+", texts[at])
        and texts[at - 1] not in ("->", "::", "function", "new")
    }
    assert called - set(NOT_FUNCTIONS) <= set(OF_PHP_5)


VERIFY = """
$told = array();
foreach ($in as $case) {
    try {
        $event = OpdBus::verify($case[0], $case[1], $case[2]);
        $told[] = $event['id'];
    } catch (OpdBusError $error) {
        $told[] = $error->getMessage();
    }
}
echo json_encode($told);
"""


def test_what_the_bus_signs_is_verified(tmp_path: Path) -> None:
    now, body = (
        str(int(time.time())),
        '{"type": "X", "data": {"nik": 3325014501589001}}',
    )
    whsec = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    def headers(secret: str, seconds: str = now) -> dict[str, str]:
        made = signature(secret_bytes(secret), "m-1", seconds, body.encode())
        return {
            "HTTP_WEBHOOK_ID": "m-1",
            "HTTP_WEBHOOK_TIMESTAMP": seconds,
            "HTTP_WEBHOOK_SIGNATURE": f"v1,AAAA {made}",
        }

    old = str(int(now) - 400)
    cases = {
        "1": [SECRET, headers(SECRET), body],
        "2": [f"lama-lama-lama-lama {whsec}", headers(whsec), body],
        "3": [SECRET, headers(whsec), body],
        "4": [SECRET, headers(SECRET), body + " "],
        "5": [SECRET, headers(SECRET, old), body],
        "6": [SECRET, {"webhook-id": "m-1"}, body],
    }
    told = Script(tmp_path, VERIFY).run(**cases)
    assert told[:2] == ["m-1", "m-1"]
    wrong = "opdbus: the signature is wrong"
    assert told[2:] == [
        wrong,
        wrong,
        "opdbus: too old, or a clock is wrong",
        "opdbus: header webhook-timestamp is missing",
    ]
