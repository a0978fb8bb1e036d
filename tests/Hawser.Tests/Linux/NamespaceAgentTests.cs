using System.Net.Sockets;
using Hawser.Linux;
using static Hawser.Tests.Linux.NetworkNamespace;

namespace Hawser.Tests.Linux;

/// <summary>Sockets of other network namespaces, handed out by the process that may enter them.</summary>
public sealed class NamespaceAgentTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hawser-agent-").FullName;
    readonly string _name = $"hawser-test-{Guid.NewGuid():N}";

    public void Dispose()
    {
        TryShell($"ip netns delete {_name}");
        Directory.Delete(_folder, recursive: true);
    }

    string MakeNamespace()
    {
        Shell($"ip netns add {_name}");
        return $"/run/netns/{_name}";
    }

    // What it says for a request, with what came beside it.
    async Task<(string? Refusal, RouteNetlink? Routes)> AskAsync(string path, NamespaceOpening opening)
    {
        var file = Path.Combine(_folder, "netns.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(file));
        listener.Listen();
        using var stop = new CancellationTokenSource();
        var serving = NamespaceAgent.ServeAsync(listener, TimeSpan.FromSeconds(20), stop.Token);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(file));
            return (null, new RouteNetlink(await Task.Run(() => NamespaceAgent.Ask(socket, path, opening))));
        }
        catch (IOException e)
        {
            return (e.Message, null);
        }
        finally
        {
            await stop.CancelAsync();
            await serving;
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_socket_that_it_opened_sees_the_links_of_the_other_namespace()
    {
        var (refusal, routes) = await AskAsync(MakeNamespace(), NamespaceOpening.Routes);
        refusal.ShouldBeNull();
        using (routes) routes!.DumpLinks().ShouldHaveSingleItem().Name.ShouldBe("lo");
    }

    [Theory]
    [InlineData("/etc/passwd", "/etc/passwd is not in /run/docker/netns/ or /run/netns/")]
    [InlineData("/run/netns/../../etc/passwd", "/etc/passwd is not in /run/docker/netns/ or /run/netns/")]
    [InlineData("/run/netns/sub/folder", "/run/netns/sub/folder is not in /run/docker/netns/ or /run/netns/")]
    [InlineData("/run/netns/nobodys", "statfs /run/netns/nobodys: No such file or directory")]
    public async Task What_is_no_namespace_is_not_entered(string path, string sentence) =>
        (await AskAsync(path, NamespaceOpening.Routes)).Refusal.ShouldBe(sentence);

    [Theory]
    [InlineData("meadow")]
    [InlineData("ipv6 all")]
    [InlineData("ipv6 ../../../x")]
    public async Task Nothing_but_its_few_things_is_opened(string word) =>
        (await AskAsync(MakeNamespace(), new NamespaceOpening(word))).Refusal!.ShouldStartWith($"open \"{word}\" in a network namespace: Invalid argument");
}
