using System.Diagnostics;

namespace Hawser.Lab.Harness;

/// <summary>A web server on the outside machine, in the foreground of a process that this object owns.</summary>
public sealed class OutsideServer : IDisposable
{
    const string Serve = """
        folder=$(mktemp -d) && mkdir "$folder/cgi-bin" && cd "$folder" && trap 'rm -rf "$folder"' EXIT
        echo outside >index.html
        printf '#!/bin/sh\necho\necho "$REMOTE_ADDR"\n' >cgi-bin/who && chmod 755 cgi-bin/who
        busybox httpd -f -p "$0" -h "$folder" & server=$!
        read -r _; kill $server; wait
        """;

    readonly Process _process;

    OutsideServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>The page that tells the address a request came from.</summary>
    public string Who => $"http://{LabHost.OutsideAddress}:{Port}/cgi-bin/who";

    public string Who6 => $"http://[{LabHost.OutsideAddress6}]:{Port}/cgi-bin/who";

    public static async Task<OutsideServer> StartAsync(string script, int port)
    {
        var server = new OutsideServer(Shell.Start(script, ["outside", "exec", "bash", "-c", Serve, $"{port}"]), port);
        await Eventually.SucceedsAsync(() => LabHost.TryOutsideAsync($"timeout 5 busybox wget -qO- http://127.0.0.1:{port}/"));
        return server;
    }

    public void Dispose()
    {
        // The end of its input is the server's sign to leave.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
