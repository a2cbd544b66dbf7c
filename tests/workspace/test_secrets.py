"""Names of secret files, and names that only look like them."""

from __future__ import annotations

import pytest

from kimi_lsp.workspace.secrets import SECRETS, secret

SECRET = {
    "environment": "/w/.env",
    "environment of a stage": "/w/.env.production.local",
    "environment by ending": "/w/docker/prod.env",
    "direnv": "/w/.envrc",
    "wrangler": "/w/.dev.vars",
    "mounted": "/run/secrets/db",
    "process": "/proc/self/environ",
    "ssh key": "/home/me/id_ed25519",
    "ssh key with a name": "/w/deploy_rsa",
    "ssh folder": "/home/me/.ssh/config",
    "certificate": "/w/tls/server.pem",
    "key": "/w/tls/server.key",
    "pkcs12": "/w/release.p12",
    "java": "/w/android/upload.jks",
    "putty": "/w/host.ppk",
    "gpg": "/home/me/.gnupg/trustdb.gpg",
    "armoured": "/w/private-key.asc",
    "vpn": "/w/office.ovpn",
    "aws": "/home/me/.aws/credentials",
    "azure": "/home/me/.azure/accessTokens.json",
    "gcloud": "/home/me/.config/gcloud/access_tokens.db",
    "kubernetes": "/home/me/.kube/config",
    "terraform state": "/w/terraform.tfstate.backup",
    "terraform values": "/w/prod.tfvars",
    "service account": "/w/service-account-prod.json",
    "client secret": "/w/client_secret_123.apps.json",
    "vault": "/home/me/.vault-token",
    "netrc": "/home/me/.netrc",
    "postgres": "/home/me/.pgpass",
    "mysql": "/home/me/.my.cnf",
    "git": "/home/me/.git-credentials",
    "git's own": "/w/.git/config",
    "github": "/home/me/.config/gh/hosts.yml",
    "apache": "/w/.htpasswd",
    "npm": "/w/.npmrc",
    "pypi": "/home/me/.pypirc",
    "yarn": "/w/.yarnrc.yml",
    "docker": "/home/me/.docker/config.json",
    "cargo": "/home/me/.cargo/credentials.toml",
    "gem": "/home/me/.gem/credentials",
    "nuget": "/w/NuGet.Config",
    "maven": "/home/me/.m2/settings.xml",
    "composer": "/w/auth.json",
    "credentials": "/w/credentials.json",
    "secrets": "/w/.streamlit/secrets.toml",
    "firefox": "/home/me/.mozilla/firefox/x/prefs.js",
    "chrome": "/x/Default/Login Data",
    "cookies": "/x/cookies.sqlite",
    "keepass": "/w/my.kdbx",
    "pass": "/home/me/.password-store/mail.txt",
    "keychain": "/x/login.keychain-db",
    "shell": "/home/me/.bash_history",
    "database shell": "/home/me/.psql_history",
    "powershell": "/x/ConsoleHost_history.txt",
    "bitcoin": "/x/wallet.dat",
    "ethereum": "/x/UTC--2024-01-01T00-00-00Z--abc",
}

DISGUISED = {
    "/w/.ENV": "upper case",
    "/w/.Env.Local": "mixed case",
    "/w/ID_RSA": "upper case",
    "/w/.env.": "a dot that Windows drops",
    "/w/.env ": "a blank that Windows drops",
    "/w/.env. . ": "both",
    "/w/.env::$DATA": "the main stream of a file",
    "/w/server.key:note": "another stream",
    "/w/\uff0eenv": "a wide dot",
    "/w/.\uff45nv": "a wide letter",
    "/w/\u1d62d_rsa": "a small letter",
    "/w/.e\u200cnv": "a joiner that some disks leave out",
    "/w/.env\ufeff": "an invisible end",
    "/w/.\u017fsh/config": "a long s",
    "/w/server.\u212aey": "the sign of kelvin",
    "C:\\w\\.env": "steps of Windows",
    "/w\\.ssh\\x": "both kinds of steps",
    "/w/.env~": "a copy",
    "/w/#server.key#": "an editor's copy",
    "/w/.id_rsa.swp": "an editor's copy",
    "/w/server.key.bak": "a copy",
    "/w/server.key.old~": "a copy of a copy",
    "/w/app.zip!/conf/.env": "in an archive",
    "/w/app.zip::.env": "in an archive",
    "/w/.ssh/id_rsa.pub": "in a folder that is all withheld",
    "/home/me/i18n/app/src/credentials.json": "translations far above",
    "/w/locales/en/.env": "among translations",
}

LOOK_ALIKES = [
    "/w/environment.py",
    "/w/env.py",
    "/w/env.d.ts",
    "/w/src/vite-env.d.ts",
    "/w/.env.example",
    "/w/.env.sample",
    "/w/.env.template",
    "/w/.env.production.example",
    "/w/example.env",
    "/w/keyboard.key.ts",
    "/w/key.py",
    "/w/keys.rs",
    "/w/public.keys.test.js",
    "/w/id_rsa.pub",
    "/w/id_rsa_test.py",
    "/w/test_rsa.go",
    "/w/credentials.py",
    "/w/credentials_test.py",
    "/w/credentials.service.ts",
    "/w/CredentialsDialog.tsx",
    "/w/secrets.py",
    "/w/secret_sharing.rs",
    "/w/templates/secret.yaml",
    "/w/passwords.tsx",
    "/w/auth.py",
    "/w/locales/en/auth.json",
    "/w/config/locales/passwords.yml",
    "/w/src/auth.ts",
    "/w/config.json",
    "/w/settings.xml",
    "/w/docker/config.json",
    "/w/tokens.json",
    "/w/token.ts",
    "/w/wallet.tsx",
    "/w/recovery-codes.tsx",
    "/w/src/history.ts",
    "/w/shadow.css",
    "/w/cookies.ts",
    "/w/local_state.py",
    "/w/web_data.py",
    "/w/pem.c",
    "/w/main.tf",
    "/w/variables.tf",
    "/w/gradle.properties",
    "/w/pyproject.toml",
    "/w/package.json",
    "/w/.gitignore",
    "/w/.github/workflows/ci.yml",
    "/w/aws/client.py",
    "/w/ssh/client.go",
    "/w/kube/config.go",
    "/home/me/my.env.projects/app.key/main.py",
]


@pytest.mark.parametrize("path", SECRET.values(), ids=SECRET)
def test_secret(path: str) -> None:
    assert secret(path) is not None


@pytest.mark.parametrize("path", DISGUISED, ids=DISGUISED.get)
def test_disguised(path: str) -> None:
    assert secret(path) is not None


@pytest.mark.parametrize("path", LOOK_ALIKES)
def test_look_alike(path: str) -> None:
    assert secret(path) is None


def test_the_list_is_told_by_the_glob_that_holds() -> None:
    assert (secret("/w/.env.local"), secret("/h/.aws/x"), secret("/w/a.PEM")) == (
        ".env*",
        ".aws/",
        "*.pem",
    )


@pytest.mark.parametrize("group", SECRETS)
def test_each_glob_holds_for_what_it_names(group: str) -> None:
    globs = [glob for glob in SECRETS[group].split() if not glob.startswith("!")]
    for glob in (glob for glob in globs if "{" not in glob):
        named = glob.replace("%20", " ").replace("*", "1").replace("?", "1")
        path = f"/w/{named}x" if glob.endswith("/") else f"/w/{named}"
        assert secret(path) is not None, glob


def test_a_path_too_long_to_be_judged_is_secret() -> None:
    assert secret("/" + "a/" * 5000) is not None
