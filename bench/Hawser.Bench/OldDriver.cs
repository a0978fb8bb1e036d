using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hawser.Bench;

/// <summary>
/// OVN's own Docker driver, from Debian's package ovn-docker: Flask's server, a process for each command, and no wait for
/// ovn-controller. It takes what its commands print for text, which it is not on Python 3: that is mended, in a copy.
/// </summary>
sealed class OldDriver : IAsyncDisposable
{
    const string Program = "/usr/bin/ovn-docker-overlay-driver";
    static readonly IPEndPoint Address = new(IPAddress.Loopback, 5000);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ovn-docker-");
    readonly Process _process;

    OldDriver() => _process = Shell.Start("bash", "-c",
        $"sed 's/output\\[0\\].strip()/output[0].strip().decode()/' {Program} >\"$0/driver\" && exec python3 \"$0/driver\" >/dev/null 2>\"$0/log\"", _folder.FullName);

    public static async Task<OldDriver> StartAsync()
    {
        var driver = new OldDriver();
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var connection = new TcpClient();
                await connection.ConnectAsync(Address);
                return driver;
            }
            catch (SocketException e)
            {
                if (driver._process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
                    throw new BenchException($"ovn-docker's driver did not answer: {await File.ReadAllTextAsync(Path.Combine(driver._folder.FullName, "log"))}", e);
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    /// <summary>Removes what it left: its logical switches, its ports, their links.</summary>
    public static Task CleanUpAsync() => Shell.BashAsync("""
        for switch in $(ovn-nbctl --bare --columns=name list Logical_Switch); do ovn-nbctl ls-del "$switch"; done
        for port in $(ovs-vsctl list-ports br-int); do ovs-vsctl del-port "$port"; ip link del "$port" || true; done
        """);

    /// <summary>A caller. The driver's server ends a connection with each answer.</summary>
    public static PluginConnection Connect() => new(Address, isKept: false);

    public async ValueTask DisposeAsync()
    {
        await Shell.RunAsync("kill", "-TERM", _process.Id.ToString(CultureInfo.InvariantCulture));
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
