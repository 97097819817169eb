//! Seccomp: what the kernel may be asked at all.
//!
//! Two filters. The worker's forbids what no interpreter needs, and network sockets; it stays over
//! everything after it. A child's, put on before user code runs, allows a short list and refuses the
//! rest with ENOSYS, which libraries take as "an old kernel" and do without. A child cannot start
//! processes; Python may have threads, which die with it.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Length, SeccompCmpOp as Op, SeccompCondition as Condition, SeccompFilter,
    SeccompRule as Rule, TargetArch, apply_filter,
};

use crate::orders::Orders;
use crate::proof::LayerState;
use crate::{Language, Layer};

type Rules = BTreeMap<i64, Vec<Rule>>;
type Failed = Box<dyn std::error::Error>;

/// The worker's filter.
pub fn install_base(orders: &Orders) -> LayerState {
    if orders.without.contains(&Layer::Seccomp) {
        return LayerState::off(Layer::Seccomp, "switched off by a test");
    }
    let install = || -> Result<(), Failed> {
        apply_filter(&forbidden()?)?;
        // Tried here, so that a kernel without filters is found before any code arrives.
        child_filter(orders.language).map(drop)
    };
    match install() {
        Ok(()) => LayerState::on(Layer::Seccomp, "no processes, sockets, mounts, tracing; a list of allowed calls"),
        Err(error) => LayerState::off(Layer::Seccomp, &error.to_string()),
    }
}

/// The filter of an execution.
pub fn child_filter(language: Language) -> Result<BpfProgram, Failed> {
    let mut rules: Rules = BOTH.iter().map(|&call| (call, Vec::new())).collect();
    if language == Language::Python {
        rules.extend(PYTHON.iter().map(|&call| (call, Vec::new())));
        // Threads, but no processes.
        let thread = (libc::CLONE_THREAD | libc::CLONE_VM | libc::CLONE_SIGHAND) as u64;
        rules.insert(libc::SYS_clone, vec![rule(vec![(0, Op::MaskedEq(thread), thread)])?]);
        // asyncio wakes itself through a pair; a stream pair leads nowhere else.
        let pair = vec![(0, Op::Eq, libc::AF_UNIX as u64), (1, Op::MaskedEq(0xf), libc::SOCK_STREAM as u64)];
        rules.insert(libc::SYS_socketpair, vec![rule(pair)?]);
        // Whether it is a terminal; blocking or not.
        let controls = [libc::TCGETS, libc::FIONBIO, libc::FIOCLEX, libc::FIONCLEX, libc::FIONREAD];
        let controls: Result<_, Failed> = controls.into_iter().map(|c| rule(vec![(1, Op::Eq, c)])).collect();
        rules.insert(libc::SYS_ioctl, controls?);
    }
    // The own limits only.
    rules.insert(libc::SYS_prlimit64, vec![rule(vec![(0, Op::Eq, 0)])?]);
    let filter = SeccompFilter::new(rules, SeccompAction::Errno(libc::ENOSYS as u32), SeccompAction::Allow, arch()?)?;
    Ok(filter.try_into()?)
}

/// The filter as the bytes that seccomp(2) takes.
pub fn bytes(program: &BpfProgram) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(program.len() * 8);
    for instruction in program {
        bytes.extend_from_slice(&instruction.code.to_ne_bytes());
        bytes.extend_from_slice(&[instruction.jt, instruction.jf]);
        bytes.extend_from_slice(&instruction.k.to_ne_bytes());
    }
    bytes
}

fn arch() -> Result<TargetArch, Failed> {
    Ok(std::env::consts::ARCH.try_into()?)
}

fn rule(conditions: Vec<(u8, Op, u64)>) -> Result<Rule, Failed> {
    let conditions: Result<Vec<_>, _> =
        conditions.into_iter().map(|(index, op, value)| Condition::new(index, Length::Dword, op, value)).collect();
    Ok(Rule::new(conditions?)?)
}

fn forbidden() -> Result<BpfProgram, Failed> {
    let mut rules: Rules = NEVER.iter().map(|&call| (call, Vec::new())).collect();
    let pair = vec![rule(vec![(0, Op::Ne, libc::AF_UNIX as u64)])?];
    rules.insert(libc::SYS_socketpair, pair);
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(libc::EPERM as u32), arch()?)?;
    Ok(filter.try_into()?)
}

/// Refused to the worker, and so to everything in it.
const NEVER: &[i64] = &[
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_kcmp,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsmount,
    libc::SYS_fsconfig,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_personality,
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    libc::SYS_memfd_create,
    libc::SYS_execveat,
    libc::SYS_setuid,
    libc::SYS_setgid,
    libc::SYS_setreuid,
    libc::SYS_setregid,
    libc::SYS_setresuid,
    libc::SYS_setresgid,
    libc::SYS_setgroups,
    libc::SYS_setfsuid,
    libc::SYS_setfsgid,
    libc::SYS_capset,
    libc::SYS_syslog,
    libc::SYS_vhangup,
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_semget,
    libc::SYS_msgget,
    libc::SYS_mq_open,
    libc::SYS_fanotify_init,
    libc::SYS_inotify_init1,
];

/// Every child: memory, time, its own socket, its end.
const BOTH: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getrusage,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_ppoll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_time,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// What CPython and native packages ask besides: read files that are shown, threads, an event loop.
const PYTHON: &[i64] = &[
    libc::SYS_openat,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_lseek,
    libc::SYS_pread64,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_fadvise64,
    libc::SYS_fcntl,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_pipe2,
    libc::SYS_eventfd2,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_pselect6,
    libc::SYS_recvfrom,
    libc::SYS_sendto,
    libc::SYS_uname,
    libc::SYS_getppid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_sched_getaffinity,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_membarrier,
    libc::SYS_times,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_stat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lstat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_access,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_readlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_select,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_epoll_wait,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_dup2,
];
