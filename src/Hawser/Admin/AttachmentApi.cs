using Hawser.Apply;
using Hawser.Converge;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.Core.Tables;
using Hawser.Docker.Engine;
using Hawser.Linux;
using Hawser.Ovsdb;
using Hawser.State;

namespace Hawser.Admin;

/// <summary>Attaches containers to bridges and detaches them, as the operator says.</summary>
/// <param name="store">What is known.</param>
/// <param name="converger">Makes it so.</param>
/// <param name="replica">Open vSwitch's database.</param>
/// <param name="door">Opens sockets in containers.</param>
/// <param name="isManaged">Whether this is a managed plugin: there, Docker's network namespaces are out of sight.</param>
/// <param name="engine">Docker; null without it.</param>
/// <param name="time">The clock.</param>
sealed class AttachmentApi(
    IntentStore store, Converger converger, OvsdbReplica replica, NamespaceDoor door, bool isManaged, EngineClient? engine,
    TimeProvider time)
{
    /// <summary>The state of an attachment whose container does not run.</summary>
    public const string Stopped = "Stopped";

    static readonly TimeSpan DatabaseDeadline = TimeSpan.FromSeconds(4);
    static readonly TimeSpan SettleDeadline = TimeSpan.FromSeconds(8);
    static readonly TimeSpan RemovalDeadline = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LinkPoll = TimeSpan.FromMilliseconds(20);

    /// <summary>All attachments.</summary>
    public AttachmentsReport List() => new([.. store.Current.Attachments.Values.Select(Report)]);

    /// <summary>Attaches a running container. Its first packet passes when this returns.</summary>
    /// <exception cref="PluginException">It cannot be; nothing of it is left.</exception>
    public async Task<AttachmentReport> AttachAsync(AttachRequest request, CancellationToken ct)
    {
        var options = AttachmentOptionsParser.Parse(request.Options ?? new Dictionary<string, string>(), request.Temporary);
        RefuseWhereNamespacesAreOutOfReach();
        await converger.DatabaseReadyAsync(DatabaseDeadline, ct);
        CheckBridge(request.Bridge);
        var container = await FindAsync(request.Container, ct);
        var (id, name) = (AttachmentId.Of(container.Id, options.Link), container.Name.TrimStart('/'));
        var record = new AttachmentRecord
        {
            Id = id,
            ContainerId = container.Id,
            Container = name,
            Bridge = request.Bridge,
            Options = options,
            Mac = options.Mac ?? MadeUp(id, options),
            Sandbox = SandboxOf(container),
            CreatedAt = time.GetUtcNow(),
        };
        store.Put(intent => intent.Attachments.GetValueOrDefault(id) is not { } known ? record : throw new PluginException(
            $"option --name: \"{options.Link}\" is not allowed: container {name} has this link on bridge {known.Bridge} already; "
            + $"hawser detach {name} --name {options.Link} removes it"));
        try
        {
            converger.Touch(UnitId.Bridge(record.Bridge));
            await converger.SettleAsync(record.Unit, Goal.Ready, SettleDeadline, ct);
        }
        catch (Exception)
        {
            // What is not done in time goes on. The user is told what went wrong first.
            await RemoveAsync(record, CancellationToken.None).ContinueWith(static _ => { }, TaskScheduler.Default);
            throw;
        }
        return Report(store.Current.Attachments.GetValueOrDefault(id) ?? record);
    }

    /// <summary>Detaches a container, and returns what it had.</summary>
    /// <exception cref="PluginException">It has no such attachment.</exception>
    public async Task<AttachmentsReport> DetachAsync(DetachRequest request, CancellationToken ct)
    {
        var meant = Meant(request);
        var reports = meant.Select(Report).ToList();
        await Task.WhenAll(meant.Select(a => RemoveAsync(a, ct)));
        await AwaitNoLinksAsync([.. meant.Select(a => a.HostEnd).OfType<string>()], ct);
        return new AttachmentsReport(reports);
    }

    /// <summary>Puts an attachment's port into a VLAN.</summary>
    /// <exception cref="PluginException">There is no such attachment, or no such VLAN.</exception>
    public async Task<AttachmentReport> SetVlanAsync(VlanRequest request, CancellationToken ct)
    {
        var vlan = EndpointOptionsParser.Parse([new("ovs.port.vlan", request.Vlan)]).Vlan;
        var known = Meant(new DetachRequest(request.Container, request.Name, request.Bridge))[0];
        store.Change(known.Id, a => a with { Options = a.Options with { Port = a.Options.Port with { Vlan = vlan } } });
        await converger.SettleAsync(known.Unit, Goal.Ready, SettleDeadline, ct);
        return Report(store.Current.Attachments.GetValueOrDefault(known.Id) ?? known);
    }

    async Task RemoveAsync(AttachmentRecord attachment, CancellationToken ct)
    {
        if (store.Change(attachment.Id, a => a with { IsRemoving = true }) is null) return;
        await converger.SettleAsync(attachment.Unit, Goal.Removed, RemovalDeadline, ct);
        converger.Touch(UnitId.Bridge(attachment.Bridge));
    }

    // Links are deleted in batches, a moment after their ports. The user should not find one that is to go.
    async Task AwaitNoLinksAsync(IReadOnlyList<string> hostEnds, CancellationToken ct)
    {
        using var routes = new RouteNetlink();
        var start = time.GetTimestamp();
        while (hostEnds.Any(name => routes.FindLink(name) is not null) && time.GetElapsedTime(start) < RemovalDeadline)
            await Task.Delay(LinkPoll, time, ct);
    }

    List<AttachmentRecord> Meant(DetachRequest request)
    {
        var ofContainer = store.Current.Attachments.Values
            .Where(a => !a.IsRemoving && (a.Container == request.Container || IsIdOf(a, request.Container)))
            .ToList();
        var meant = ofContainer
            .Where(a => (request.Name is null || a.Options.Link == request.Name) && (request.Bridge is null || a.Bridge == request.Bridge))
            .ToList();
        if (meant.Count > 0) return meant;
        if (ofContainer.Count == 0) throw new PluginException($"container \"{request.Container}\" has no attachments");
        var has = string.Join(", ", ofContainer.Select(a => $"{a.Options.Link} on bridge {a.Bridge}"));
        var wanted = $"{request.Name ?? "a link"}{(request.Bridge is { } bridge ? $" on bridge {bridge}" : "")}";
        throw new PluginException($"{wanted} is no attachment of container \"{request.Container}\", which has {has}");
    }

    void RefuseWhereNamespacesAreOutOfReach()
    {
        if (isManaged)
        {
            throw new PluginException("a managed plugin cannot attach containers: Docker hides from it the namespaces of containers that "
                + "are started later; install Hawser as a package");
        }
        if (!door.IsThere)
        {
            throw new PluginException("hawser may not enter the network namespaces of containers: start its agent, "
                + "`systemctl enable --now hawser-netns.socket`, or give it CAP_SYS_ADMIN");
        }
    }

    void CheckBridge(string bridge)
    {
        if (!LinkNames.IsValid(bridge)) throw new PluginException($"option --bridge: \"{bridge}\" is not allowed: {LinkNames.Allowed}");
        if (bridge == converger.Facts.Ovn.Bridge && converger.Facts.Ovn.Chassis is not null)
        {
            throw new PluginException($"option --bridge: \"{bridge}\" is not allowed: it is OVN's integration bridge, where only logical "
                + "ports pass; use a network of the driver ovn");
        }
        using var routes = new RouteNetlink();
        if (replica.Current?[Vswitch.Bridge].Find("name", bridge) is null && routes.FindLink(bridge) is not null)
        {
            throw new PluginException(
                $"option --bridge: \"{bridge}\" is not allowed: a link of that name exists and is no Open vSwitch bridge");
        }
    }

    async Task<EngineContainerDetails> FindAsync(string container, CancellationToken ct)
    {
        if (engine is null)
            throw new PluginException("hawser was started without Docker's API (--docker none), and cannot find containers");
        try
        {
            return await engine.InspectContainerAsync(container, ct) ?? throw new PluginException($"there is no container \"{container}\"");
        }
        catch (EngineException e)
        {
            throw new PluginException($"Docker cannot be asked for container \"{container}\": {e.Message}", e);
        }
    }

    static string SandboxOf(EngineContainerDetails container)
    {
        var name = container.Name.TrimStart('/');
        const string Shared = "container:";
        var mode = container.HostConfig?.NetworkMode ?? "";
        if (mode == "host") throw new PluginException($"container {name} has the host's network (--net=host), and no namespace of its own");
        if (mode.StartsWith(Shared, StringComparison.Ordinal))
            throw new PluginException($"container {name} shares the network of container {mode[Shared.Length..]}: attach that one");
        if (container.State?.Running != true) throw new PluginException($"container {name} does not run: start it first");
        return container.NetworkSettings?.SandboxKey is { Length: > 0 } sandbox
            ? sandbox
            : throw new PluginException($"container {name} has no network namespace of its own");
    }

    // The next link with the address has the same MAC, so no neighbour's ARP entry goes stale.
    static MacAddress MadeUp(AttachmentId id, AttachmentOptions options) =>
        options.Addresses is [{ } first, ..] ? MacAddress.For(first.Address, []) : MacAddress.For(id.Value, []);

    static bool IsIdOf(AttachmentRecord attachment, string text) =>
        text.Length >= 4 && attachment.ContainerId.StartsWith(text, StringComparison.Ordinal);

    AttachmentReport Report(AttachmentRecord attachment)
    {
        var options = attachment.Options;
        var status = converger.Statuses[attachment.Unit];
        return new AttachmentReport(
            attachment.Id.Value, attachment.Container, attachment.ContainerId, options.Link, attachment.Bridge, attachment.HostEnd,
            attachment.Mac.ToString(), [.. options.Addresses.Select(a => a.ToString())], [.. options.Gateways.Select(g => g.ToString())],
            [.. options.Routes.Select(r => r.ToString())], options.Port.Vlan, [.. options.Port.Trunks], options.Mtu, options.IsTemporary,
            State(attachment, status), status?.Detail);
    }

    static string State(AttachmentRecord attachment, UnitStatus? status) => attachment switch
    {
        { IsRemoving: true } => "Removing",
        { Sandbox: null } => Stopped,
        _ => (status?.State ?? UnitState.Pending).ToString(),
    };
}
