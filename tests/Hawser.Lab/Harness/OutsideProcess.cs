using System.Diagnostics;

namespace Hawser.Lab.Harness;

/// <summary>A script on the outside machine that ends when its input does.</summary>
sealed class OutsideProcess(string labScript, string script, params string[] arguments) : IDisposable
{
    readonly Process _process = Shell.Start(labScript, ["outside", "exec", "bash", "-c", script, .. arguments]);

    public void Dispose()
    {
        // The end of its input is the script's sign to leave.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
