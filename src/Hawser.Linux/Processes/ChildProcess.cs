using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary>A program that reads its input, writes some text and ends.</summary>
/// <remarks>
/// Its three streams are files in memory: there is nothing to pump and nothing to deadlock on, and its end is all that has
/// to be waited for. <see cref="System.Diagnostics.Process"/> does the same in twice the time, which `docker run -p` would feel.
/// </remarks>
internal sealed class ChildProcess : IDisposable
{
    const uint CloseOnExec = 1; // MFD_CLOEXEC
    const int PidOpenCall = 434;
    const int Kill = 9;

    readonly string _command;
    readonly string _input;
    readonly SafeFileHandle _output;
    readonly SafeFileHandle _errors;
    readonly SafeFileHandle _pidHandle;
    bool _reaped;

    ChildProcess(string command, string input, int id, SafeFileHandle output, SafeFileHandle errors)
    {
        _command = command;
        _input = input;
        Id = id;
        _output = output;
        _errors = errors;
        _pidHandle = Libc.Check((SafeFileHandle)new((nint)Libc.PidOpen(PidOpenCall, id, 0), ownsHandle: true), $"pidfd_open of {command}");
    }

    public int Id { get; }

    /// <summary>Starts a program, in the namespaces of the calling thread.</summary>
    /// <param name="path">The program's file.</param>
    /// <param name="arguments">Its arguments, without its name.</param>
    /// <param name="input">What it finds on its standard input.</param>
    public static ChildProcess Start(string path, ReadOnlySpan<string> arguments, string input)
    {
        var command = $"{Path.GetFileName(path)} {string.Join(' ', arguments!)}".TrimEnd();
        using var inputFile = MemoryFile("stdin");
        RandomAccess.Write(inputFile, Encoding.UTF8.GetBytes(input), 0);
        var output = MemoryFile("stdout");
        var errors = MemoryFile("stderr");
        var id = PosixSpawn.Start(path, arguments, inputFile, output, errors);
        return new(command, input, id, output, errors);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>What it wrote to its standard output.</returns>
    /// <exception cref="ToolException">It failed.</exception>
    /// <exception cref="TimeoutException">It was not done in time, and was killed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and killed.</exception>
    public string Wait(TimeSpan timeout, CancellationToken ct)
    {
        using var cancellation = new Cancellation(ct);
        if (!cancellation.WaitReadable(_pidHandle, timeout))
        {
            Libc.Check(Libc.Kill(Id, Kill), $"kill {_command}"); // not yet reaped, so the id is still its
            Reap();
            ct.ThrowIfCancellationRequested();
            throw new TimeoutException($"{_command} was not done after {timeout.TotalSeconds:0} s and was killed");
        }

        var exitCode = Reap();
        return exitCode == 0 ? ReadAll(_output) : throw ToolException.Failed(_command, exitCode, ReadAll(_errors), _input);
    }

    public void Dispose()
    {
        if (!_reaped)
        {
            Libc.Check(Libc.Kill(Id, Kill), $"kill {_command}");
            Reap();
        }

        _pidHandle.Dispose();
        _output.Dispose();
        _errors.Dispose();
    }

    unsafe int Reap()
    {
        int status;
        while (Libc.WaitPid(Id, &status, 0) < 0)
        {
            if (LinuxException.Last($"wait for {_command}") is { Errno: not Errno.Interrupted } failure) throw failure;
        }

        _reaped = true;
        var signal = status & 0x7f; // WIFSIGNALED, WTERMSIG, WEXITSTATUS
        return signal != 0 ? 128 + signal : (status >> 8) & 0xff;
    }

    static SafeFileHandle MemoryFile(string name) => Libc.Check(Libc.CreateMemoryFile(name, CloseOnExec), "memfd_create");

    static string ReadAll(SafeFileHandle file)
    {
        var bytes = new byte[RandomAccess.GetLength(file)];
        var length = 0;
        for (int read; (read = RandomAccess.Read(file, bytes.AsSpan(length), length)) > 0;) length += read;
        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
