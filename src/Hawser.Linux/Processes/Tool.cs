using System.ComponentModel;
using System.Diagnostics;

namespace Hawser.Linux;

/// <summary>A program under way that reads its input, writes some text and ends.</summary>
/// <remarks>
/// <c>posix_spawn</c> with files in memory for its streams was measured against <see cref="Process"/> and saves
/// nothing: 1.9 ms either way for a restore by <c>iptables-nft-restore</c>.
/// </remarks>
internal sealed class Tool
{
    readonly Process _process;
    readonly string _command;

    Tool(Process process, string command)
    {
        _process = process;
        _command = command;
        Id = process.Id;
    }

    public int Id { get; }

    /// <summary>Starts a program, in the namespaces of the calling thread.</summary>
    /// <param name="path">The program's file.</param>
    /// <param name="arguments">Its arguments, without its name.</param>
    /// <exception cref="ToolException">The kernel did not start it.</exception>
    public static Tool Start(string path, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var command = string.Join(' ', arguments.Prepend(Path.GetFileName(path)));
        try
        {
            return new(Process.Start(start)!, command);
        }
        catch (Win32Exception e)
        {
            throw ToolException.NotStarted(command, e.NativeErrorCode);
        }
    }

    /// <summary>Gives it its input and waits for its end; to be called once.</summary>
    /// <returns>What it wrote to its standard output.</returns>
    /// <exception cref="ToolException">It failed.</exception>
    /// <exception cref="TimeoutException">It was not done in time, and was killed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and killed.</exception>
    public async Task<string> FinishAsync(string input, TimeSpan patience, CancellationToken ct)
    {
        using var process = _process;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(patience);

        // All three at once: a program that waits for us to read must not wait for us to stop writing.
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var written = WriteAsync(input, deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            throw new TimeoutException($"{_command} was not done after {patience.TotalSeconds:0} s and was killed");
        }

        var readAll = await written.ConfigureAwait(false);
        var complaint = await errors.ConfigureAwait(false);
        if (process.ExitCode != 0 || !readAll) throw ToolException.Failed(_command, process.ExitCode, complaint, input);
        return await output.ConfigureAwait(false);
    }

    async Task<bool> WriteAsync(string input, CancellationToken ct)
    {
        try
        {
            await _process.StandardInput.WriteAsync(input.AsMemory(), ct).ConfigureAwait(false);
            _process.StandardInput.Close();
            return true;
        }
        catch (IOException)
        {
            return false; // it ended before it had read everything: its exit code and its words say why
        }
    }
}
