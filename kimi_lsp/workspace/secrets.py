"""The built-in list of secret files, and how names are judged by it.

A glob without ``/`` is for the last name of a path, so that a project may lie in a folder called
anything. One with ``/`` inside is for the end of a path, one with ``/`` at its end for a folder
and everything in it, wherever it lies. ``!`` takes back what its own group says, and no other's;
``%20`` is a blank.
Names are judged without case, and as disks of any system read them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

SECRETS: dict[str, str] = {
    "environment": """
        .env* *.env .envrc .flaskenv.local .dev.vars .rbenv-vars local.settings.json
        .env/ .envs/ run/secrets/ proc/*/environ
        !.env*.example !.env*.sample !.env*.template !example.env !sample.env !template.env
        !*.example.env !*.sample.env !*.template.env
    """,
    "keys": """
        id_rsa* id_dsa* id_ecdsa* id_ed25519* id_xmss* ssh_host_*_key identity.key
        *_rsa *_dsa *_ecdsa *_ed25519 !*.pub !{source}
    """,
    "key files": """
        *.pem *.key *.p8 *.p12 *.pk8 *.pkcs12 *.pfx *.pvk *.der *.ppk *.snk *.jks *.jceks *.bks
        *.keystore *.keytab krb5cc_* *.agekey age-key*.txt age/keys.txt *.gpg *.pgp secring.*
        *private*.asc *secret*.asc *-sec.asc *.sec.asc *.ovpn wg?.conf *.rdp
        .ssh/ .gnupg/ .putty/ etc/ssl/private/ etc/wireguard/
    """,
    "cloud": """
        .aws/ .azure/ .gcloud/ .config/gcloud/ roaming/gcloud/ .oci/ .aliyun/ .bluemix/ .ibmcloud/
        .kube/cache/ .digitalocean/ .fly/ .databricks/ .snowflake/ .terraform.d/
        .kube/config* kubeconfig kubeconfig.y*ml *.kubeconfig doctl/config.yaml
        *.tfstate *.tfstate.* *.tfvars *.tfvars.json .terraformrc terraform.rc credentials.tfrc.json
        service-account*.json service_account*.json serviceaccount*.json *-service-account*.json
        *_service_account*.json *firebase-adminsdk*.json gcp-key*.json gcp_key*.json gcloud-*.json
        client_secret*.json application_default_credentials.json .boto .s3cfg .edgerc .databrickscfg
        rclone.conf .rclone.conf .dbt/profiles.yml .snowsql/config openstack/clouds.y*ml
        .pulumi/credentials.json .vault-token .vault_pass* vault_pass* vault-pass* kaggle.json
        huggingface/token .wrangler/config/* !vault_pass*.py !vault-pass*.py
        !*.schema.json
    """,
    "network": """
        .netrc _netrc .pgpass pgpass.conf .my.cnf .mylogin.cnf .fetchmailrc .msmtprc .offlineimaprc
        .smbcredentials .htpasswd .ftpconfig .ftppass sftp-config.json .vscode/sftp.json
        filezilla.xml recentservers.xml sitemanager.xml .curlrc .wgetrc wpa_supplicant.conf
        *.nmconnection .rhosts etc/shadow* etc/gshadow* etc/master.passwd etc/sudoers
        .git-credentials .git/config .git/credentials .hgrc .hg/hgrc .subversion/auth/
        gh/hosts.yml glab-cli/config.yml .config/hub github-copilot/*.json
        .claude.json .credentials.json .kimi/config.toml
    """,
    "packages": """
        .npmrc .pypirc .yarnrc.yml .dockercfg .dockerconfigjson .docker/config.json
        .cargo/credentials .cargo/credentials.toml .gem/credentials .bundle/config
        nuget.config .m2/settings.xml settings-security.xml .gradle/gradle.properties
        pip.conf pip.ini .condarc pypoetry/auth.toml .hex/hex.config .cabal/config
        pub-credentials.json .credentials .jfrog/ auth.json
        !{words}/* !{words}/*/*
    """,
    "data": """
        credentials credentials.{data} *-credentials.{data} *_credentials.{data}
        credentials-*.{data} credentials_*.{data} secrets.{data} *-secrets.{data} *_secrets.{data}
        secret.{data} *.secret *.secrets .secret .secrets .secrets.{data} passwords passwords.{data}
        password.txt passwords-*.csv api-key.txt api_key.txt apikey.txt api-keys.{data}
        api_keys.{data} apikeys.{data} .apikey .api-key .api_key .token .tokens
        .github_token token.pickle !{words}/* !{words}/*/* !templates/*.yaml !templates/*.yml
    """,
    "browsers": """
        .mozilla/ .config/google-chrome/ .config/chromium/ .config/microsoft-edge/ bravesoftware/
        google/chrome/ chrome/user%20data/ edge/user%20data/ firefox/profiles/ .thunderbird/
        cookies.sqlite cookies.txt cookies.db default/cookies network/cookies login%20data*
        web%20data logins.json key3.db key4.db cert8.db cert9.db signons.sqlite places.sqlite
        formhistory.sqlite local%20state
    """,
    "password stores": """
        .password-store/ .local/share/keyrings/ *.agilekeychain/ *.opvault/ *.kdb *.kdbx *.keychain
        *.keychain-db *.psafe3 *.1pif *.1pux *.enpassdb bitwarden*.json bitwarden*.csv lastpass*.csv
        logins.csv keyring.cfg keyring_pass.cfg
    """,
    "histories": """
        .*history .histfile .rhistory .dbshell .viminfo .lesshst .netrwhist
        fish_history nushell/history.* consolehost_history.txt recently-used.xbel
    """,
    "wallets": """
        wallet.dat *.wallet wallet.json utc--* .bitcoin/ .litecoin/ .dogecoin/ .monero/ .electrum/
        .ethereum/ ethereum/keystore/ solana/id.json mnemonic.txt seed-phrase* seed_phrase*
        recovery-codes* recovery_codes* !{source} !{words}/* !{words}/*/*
    """,
}

_ENDINGS: dict[str, str] = {
    "{data}": "json yml yaml toml ini cfg conf csv txt xml properties db",
    "{source}": "*.py *.pyi *.js *.mjs *.cjs *.jsx *.ts *.mts *.cts *.tsx *.vue *.svelte *.go "
    "*.rs *.rb *.java *.kt *.scala *.cs *.fs *.c *.cc *.cpp *.h *.hpp *.m *.swift *.php *.lua *.ex "
    "*.exs *.erl *.hs *.clj *.dart *.jl *.zig *.sh *.html *.css *.md *.rst *.adoc",
    "{words}": "locales locale lang langs i18n l10n translations",
}

_BACKUP = re.compile(
    r"#(?P<emacs>.+)#|\.(?P<vim>.+)\.sw[a-p]"
    r"|(?P<plain>.+?)(?:~|\.(?:bak|backup|old|orig|save|copy|tmp|swp|\d+))"
)
_LONGEST = 8192


@lru_cache(maxsize=4096)
def secret(path: str) -> str | None:
    """The glob for which a path, of any system, names a secret file; None where none does."""
    if len(path) > _LONGEST:
        return f"{path[:40]}…"
    for steps in _readings(path):
        for names in (steps, *_originals(steps)):
            found = _found(names)
            if found:
                return found
    return None


def folded(path: str) -> str:
    """A path as the most forgiving disk reads it: without case, look-alikes and hidden signs."""
    if path.isascii():
        return path.lower()
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())
    return "".join(sign for sign in text if unicodedata.category(sign) not in ("Cf", "Cc", "Mn"))


def _readings(path: str) -> Iterator[tuple[str, ...]]:
    text = folded(path)
    yield _steps(text)
    if ":" in text or "!" in text:
        # An alternate stream is another name of the file; an archive's address holds two paths.
        yield tuple(step.partition(":")[0] for step in _steps(text))
        yield _steps(re.sub("[:!]", "/", text))


def _steps(text: str) -> tuple[str, ...]:
    steps = (step.rstrip(" .") for step in re.split(r"[/\\]", text))
    return tuple(step for step in steps if step)


def _originals(steps: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The paths of which this one is an editor's copy."""
    while steps and (match := _BACKUP.fullmatch(steps[-1])):
        steps = (*steps[:-1], match["emacs"] or match["vim"] or match["plain"])
        yield steps


@dataclass(frozen=True)
class _Globs:
    """Globs as three expressions: for the last name, for the end of a path, for its folders."""

    name: re.Pattern[str]
    end: re.Pattern[str]
    folder: re.Pattern[str]

    @classmethod
    def of(cls, globs: Iterable[str]) -> _Globs:
        names, ends, folders = list[str](), list[str](), list[str]()
        for glob in globs:
            kind = folders if glob.endswith("/") else ends if "/" in glob else names
            kind.append(re.escape(glob).replace(r"\*", "[^/]*").replace(r"\?", "[^/]"))
        nothing = "(?!)"
        return cls(
            re.compile("|".join(names) or nothing),
            re.compile(f"/(?:{'|'.join(ends) or nothing})$"),
            re.compile(f"/(?:{'|'.join(folders) or nothing})"),
        )

    def match(self, steps: tuple[str, ...]) -> bool:
        path = f"/{'/'.join(steps)}"
        return bool(
            self.name.fullmatch(steps[-1]) or self.end.search(path) or self.folder.search(path)
        )


def _found(steps: tuple[str, ...]) -> str | None:
    if not steps or not _all().match(steps):
        return None
    for group in SECRETS.values():
        globs = list(_expanded(group))
        back = [glob.removeprefix("!") for glob in globs if glob.startswith("!")]
        if not _Globs.of(back).match(steps):
            for glob in globs:
                if not glob.startswith("!") and _Globs.of([glob]).match(steps):
                    return glob
    return None


@cache
def _all() -> _Globs:
    globs = (glob for group in SECRETS.values() for glob in _expanded(group))
    return _Globs.of(glob for glob in globs if not glob.startswith("!"))


def _expanded(words: str) -> Iterator[str]:
    for word in words.split():
        word = word.replace("%20", " ")
        name = next((name for name in _ENDINGS if name in word), None)
        endings = _ENDINGS[name].split() if name else [""]
        yield from (word.replace(name or "", ending) if name else word for ending in endings)
