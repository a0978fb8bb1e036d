/*
 * Preloaded into user-mode-linux, so that kernels with a buffer of fixed size for the processor's extended state boot on
 * processors whose state is larger, such as those with AMX. ptrace(2) reads a part of that state, but writes it only as a
 * whole: what the caller does not know of is filled in with what the process has.
 *
 * With HAWSER_LARGE_XSTATE in its environment every machine refuses as one with AMX does, and 11008 bytes are the whole.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WITH_AMX = 11008 };

/* A kernel's stack is too small for it, and one thread traces. */
static char whole[65536];

static long machine(int request, pid_t pid, struct iovec *part)
{
	if (!getenv("HAWSER_LARGE_XSTATE"))
		return syscall(SYS_ptrace, request, pid, NT_X86_XSTATE, part);
	if (request == PTRACE_GETREGSET) {
		size_t asked = part->iov_len < WITH_AMX ? part->iov_len : WITH_AMX;
		memset(part->iov_base, 0, asked);
		long result = syscall(SYS_ptrace, request, pid, NT_X86_XSTATE, part);
		part->iov_len = asked;
		return result;
	}
	if (part->iov_len >= WITH_AMX)
		return syscall(SYS_ptrace, request, pid, NT_X86_XSTATE, part);
	errno = EFAULT;
	return -1;
}

static long write_whole(pid_t pid, const struct iovec *part)
{
	struct iovec all = { whole, sizeof whole };
	if (machine(PTRACE_GETREGSET, pid, &all) < 0)
		return -1;
	memcpy(whole, part->iov_base, part->iov_len < all.iov_len ? part->iov_len : all.iov_len);
	return machine(PTRACE_SETREGSET, pid, &all);
}

long ptrace(enum __ptrace_request request, ...)
{
	va_list arguments;
	va_start(arguments, request);
	pid_t pid = va_arg(arguments, pid_t);
	void *address = va_arg(arguments, void *);
	void *data = va_arg(arguments, void *);
	va_end(arguments);

	if (address == (void *)NT_X86_XSTATE && request == PTRACE_SETREGSET)
		return write_whole(pid, data);
	if (address == (void *)NT_X86_XSTATE && request == PTRACE_GETREGSET)
		return machine(request, pid, data);
	if (request < PTRACE_PEEKTEXT || request > PTRACE_PEEKUSER)
		return syscall(SYS_ptrace, request, pid, address, data);
	/* What these read is the C library's result, and the fourth argument of the system call. */
	long word;
	return syscall(SYS_ptrace, request, pid, address, &word) < 0 ? -1 : word;
}
