"""What one speaks to: a hub, an owner, a repository there, and who one is."""

from typing import NamedTuple
from urllib.parse import quote

from musetui.coordination.repository import Repository
from musetui.errors import HubRefusedError, NoHubError
from musetui.hub.address import Address, read_address
from musetui.hub.identity import Identity, default_identity_file, read_identity
from musetui.records.text import safe_text
from musetui.settings import Settings, is_hub_name


class HubTarget(NamedTuple):
    """One repository at one hub.

    Attributes:
        address: the hub's.
        owner: whose repository it is (printable, from settings or the identity).
        slug: its name there.
        records_path: where records are, owner and slug filled in, quoted.
        identity: who signs; None to ask without a name.
    """

    address: Address
    owner: str
    slug: str
    records_path: str
    identity: Identity | None

    @property
    def url(self) -> str:
        """The hub's address as text."""
        return str(self.address)

    @property
    def handle(self) -> str:
        """The name that requests are signed with; "" for none."""
        return self.identity.handle if self.identity else ""

    @property
    def is_own(self) -> bool:
        """Whether the repository belongs to whoever signs, whose first push makes it."""
        return bool(self.handle) and self.handle == self.owner

    @property
    def name(self) -> str:
        """The repository as people name it: `owner/slug`."""
        return f"{self.owner}/{self.slug}"

    @property
    def place(self) -> str:
        """What tells this repository at this hub from every other; a key for what is kept about it."""
        return f"{self.url}{self.records_path}"


def hub_address(settings: Settings) -> Address:
    """Return the hub's address that *settings* say.

    Raises:
        NoHubError: if they say none.
        HubRefusedError: if it is one that must not be spoken to.
    """
    if not settings.hub:
        raise NoHubError(
            "no hub is named: give its address with --hub, in MUSETUI_HUB, or as url in [hub] of .muse/config.toml"
        )
    return read_address(settings.hub)


def find_target(repository: Repository, settings: Settings) -> HubTarget:
    """Return what *settings* mean, for *repository*; reads the identity's files.

    Raises:
        NoHubError: if no hub is named.
        HubRefusedError: if the address, the identity or a name is of no use.
    """
    address = hub_address(settings)
    identity = read_identity(settings.identity or default_identity_file(), address, settings.key)
    owner = settings.owner or (identity.handle if identity else "")
    if not owner:
        raise HubRefusedError(
            f"nobody says whose repository it is at {safe_text(address.netloc, 80)}: name the owner with --owner, "
            "in MUSETUI_OWNER, or as owner in [hub] of .muse/config.toml"
        )
    slug = settings.slug or repository.name
    if not is_hub_name(slug):
        raise HubRefusedError(
            f"{safe_text(slug, 60)!r} can be no repository's name at a hub: name it with --slug or MUSETUI_SLUG"
        )
    path = settings.records_path.replace("{owner}", quoted(owner)).replace("{slug}", quoted(slug))
    return HubTarget(address, owner, slug, path, identity)


def quoted(name: str) -> str:
    """Return *name* as one step of a path."""
    return quote(name, safe="")
