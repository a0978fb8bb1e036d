using Hawser.Core.Intent;
using Hawser.Core.Tables;
using Hawser.Ovsdb.Sync;

namespace Hawser.Core.Plan;

/// <summary>What an attachment needs: a link in its container, and its port. While the container does not run, it needs nothing.</summary>
static class AttachmentPlan
{
    public static DesiredUnit? For(AttachmentId id, HostIntent intent, HostFacts facts)
    {
        if (intent.Attachments.GetValueOrDefault(id) is not { IsRemoving: false } attachment) return null;
        if (attachment is not { Sandbox: { } sandbox, HostEnd: { } hostEnd }) return new DesiredUnit(attachment.Unit);
        var options = attachment.Options;
        var isUserspace = BridgePlan.DatapathType(attachment.Bridge, intent, facts) == "netdev";
        return new DesiredUnit(attachment.Unit)
        {
            Vswitch = [new RowPlacement(RowKey.Named(Vswitch.Bridge, attachment.Bridge), "ports", Port(hostEnd, attachment, facts))],
            Awaits = [new AwaitedInterface(hostEnd)],
            Attachment = new DesiredAttachment(
                hostEnd, sandbox, Names.Alias(facts.Instance, attachment.Unit), attachment.Mac,
                options.Mtu ?? MtuOf(attachment.Bridge, intent), ChecksumInSoftware: isUserspace && !facts.HasUserspaceTso, options),
        };
    }

    static int? MtuOf(string bridge, HostIntent intent) => intent.LiveOn(bridge).Select(n => n.Options.Mtu).Min();

    static RowSpec Port(string hostEnd, AttachmentRecord attachment, HostFacts facts)
    {
        var port = Rows.ContainerPort(hostEnd, attachment.Options.Port.Vlan, attachment.Options.Port);
        // ovs-docker finds its ports by these, and so do scripts that were written for it.
        port = Rows.WithInterfaceEntries(
            port, ("attached-mac", attachment.Mac.ToString()),
            ("container_id", attachment.ContainerId), ("container_iface", attachment.Options.Link));
        return Rows.Marked(port, attachment.Unit, facts);
    }
}
