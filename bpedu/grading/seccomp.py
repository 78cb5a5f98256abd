"""The system calls that a student's code may make, as the kernel's own filter program.

Everything not named is refused with "operation not permitted": processes, threads, signals, sockets, mounts, tracing,
shared memory, new limits. Files may be opened, because the sandbox holds none that matter; where there is no sandbox
around (`files=False`) opening is refused too. Of `fcntl` only what looks at descriptors or copies them is allowed: with
F_SETOWN and F_SETSIG it would send any signal to any process of the same user, the judge included. Nor can the times of a
file be set: those of /dev/null are this machine's, and hold a message to the next student.
"""

import tempfile
from functools import cache

READ_AND_WRITE = "read write readv writev pread64 pwrite64 lseek close fstat dup dup2 dup3 poll ppoll select pselect6"
MEMORY = "mmap munmap mprotect mremap madvise brk mincore"
FILES = (
    "open openat stat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getcwd getdents64 chdir mkdir "
    "mkdirat unlink unlinkat rename renameat renameat2 rmdir ftruncate fsync fdatasync statfs fstatfs umask"
)
ITSELF = (
    "getpid getppid gettid getuid geteuid getgid getegid getgroups uname sysinfo getrusage times getrlimit "
    "sched_getaffinity sched_yield getcpu"
)
TIME = "clock_gettime clock_getres gettimeofday time nanosleep clock_nanosleep setitimer getrandom"
SIGNALS = "rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall"
THREADS = "futex exit exit_group set_robust_list rseq pipe pipe2"
READ_LIMITS = "prlimit64"
DESCRIPTORS = (0, 1, 2, 3, 1030)  # fcntl: F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC
IS_TERMINAL = 0x5401  # ioctl TCGETS, which Python asks of every file that it opens


@cache
def program(*, files: bool) -> bytes:
    """The filter as BPF code. Raises ImportError where pyseccomp or libseccomp is missing."""
    try:
        import pyseccomp as sc
    except RuntimeError as error:  # pyseccomp says so when it finds no libseccomp
        raise ImportError(str(error)) from error
    refuse = sc.ERRNO(1)
    rules = sc.SyscallFilter(refuse)
    groups = [READ_AND_WRITE, MEMORY, ITSELF, TIME, SIGNALS, THREADS, *([FILES] if files else [])]
    for name in " ".join(groups).split():
        allow(sc, rules, name)
    allow(sc, rules, "ioctl", sc.Arg(1, sc.EQ, IS_TERMINAL))
    allow(sc, rules, READ_LIMITS, sc.Arg(2, sc.EQ, 0))
    for command in DESCRIPTORS:
        allow(sc, rules, "fcntl", sc.Arg(1, sc.EQ, command))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def allow(sc, rules, name, *conditions):
    try:
        rules.add_rule(sc.ALLOW, name, *conditions)
    except (OSError, ValueError):  # a call that this processor's kernel does not have
        return
