"""The server's settings, sized by the memory of the machine."""

import os
from pathlib import Path

from onebook.infra.pg.layout import PORT, Layout

_MIB = 1 << 20
_GIB = 1 << 30


def server_settings(place: Layout, memory_bytes: int) -> dict[str, str]:
    """Name and value of each setting; what the administrator adds to postgresql.conf wins."""
    return {
        "listen_addresses": "''",
        "port": str(PORT),
        "unix_socket_directories": _quoted(str(place.sockets)),
        "unix_socket_permissions": "0700",
        "password_encryption": "'scram-sha-256'",
        "cluster_name": "'onebook'",
        "shared_buffers": _mib(memory_bytes // 6, least=128 * _MIB, most=8 * _GIB),
        "effective_cache_size": _mib(memory_bytes // 2, least=256 * _MIB, most=64 * _GIB),
        "work_mem": _mib(memory_bytes // 384, least=8 * _MIB, most=128 * _MIB),
        "maintenance_work_mem": _mib(memory_bytes // 24, least=64 * _MIB, most=2 * _GIB),
        "dynamic_shared_memory_type": _dynamic_memory(),
        "fsync": "on",
        "synchronous_commit": "on",
        "wal_compression": "pglz",
        "max_wal_size": "8GB",
        "min_wal_size": "256MB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "'Asia/Shanghai'",
        "log_timezone": "'Asia/Shanghai'",
        "log_line_prefix": "'%m [%p] %u@%d '",
    }


def settings_text(place: Layout) -> str:
    """The settings as the file that postgresql.conf includes; written anew at each start."""
    pairs = server_settings(place, machine_memory_bytes())
    head = "# Written by onebook at each start. Own settings go to the end of postgresql.conf.\n"
    return head + "".join(f"{name} = {value}\n" for name, value in pairs.items())


def machine_memory_bytes() -> int:
    """The memory this process may use: the machine's, or the container's where that is less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = (
        Path("/sys/fs/cgroup/memory.max"),
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
    )
    texts = [path.read_text().strip() for path in limits if path.is_file()]
    return min([machine, *(int(text) for text in texts if text.isdigit())])


def _dynamic_memory() -> str:
    """Containers often give /dev/shm 64 MiB, where a parallel hash join would fail half way."""
    try:
        status = os.statvfs("/dev/shm")
    except OSError:
        return "sysv"
    return "posix" if status.f_frsize * status.f_blocks >= _GIB else "sysv"


def _mib(wanted_bytes: int, *, least: int, most: int) -> str:
    return f"{max(least, min(most, wanted_bytes)) // _MIB}MB"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
