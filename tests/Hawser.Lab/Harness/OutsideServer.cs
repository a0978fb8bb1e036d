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

    readonly OutsideProcess _process;

    OutsideServer(OutsideProcess process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>The page that tells the address a request came from.</summary>
    public string Who => $"http://{LabHost.OutsideAddress}:{Port}/cgi-bin/who";

    public string Who6 => $"http://[{LabHost.OutsideAddress6}]:{Port}/cgi-bin/who";

    public static async Task<OutsideServer> StartAsync(string script, int port)
    {
        var server = new OutsideServer(new OutsideProcess(script, Serve, $"{port}"), port);
        await Eventually.SucceedsAsync(() => LabHost.TryOutsideAsync($"timeout 5 busybox wget -qO- http://127.0.0.1:{port}/"));
        return server;
    }

    public void Dispose() => _process.Dispose();
}
