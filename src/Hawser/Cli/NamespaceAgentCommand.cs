using System.CommandLine;
using System.Net.Sockets;
using Hawser.Linux;

namespace Hawser.Cli;

/// <summary><c>hawser netns-agent</c>: what enters containers' network namespaces for the daemon, which may not.</summary>
static class NamespaceAgentCommand
{
    static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    public static Command Make()
    {
        var command = new Command("netns-agent", "Open sockets in containers for the daemon; started by hawser-netns.socket");
        command.SetAction(async (_, ct) =>
        {
            var sockets = InheritedSockets.Take();
            if (sockets.Count != 1)
            {
                await Console.Error.WriteLineAsync("hawser: netns-agent is started by hawser-netns.socket of systemd");
                return 2;
            }
            using Socket listener = sockets.Values.First();
            await NamespaceAgent.ServeAsync(listener, Idle, ct);
            return 0;
        });
        return command;
    }
}
