using System.Collections.Immutable;
using Hawser.Docker.Plugin;

namespace Hawser.Admin;

/// <summary>Maps paths to the questions that the command line asks.</summary>
static class AdminRoutes
{
    public static ImmutableArray<PluginRoute> For(AdminApi admin, ExplainApi explain, AttachmentApi attachments, OvnAdmin ovn) =>
    [
        Json(PluginRoute.For("/status", AdminJson.Default.StatusReport, _ => Task.FromResult(admin.Status())), "GET"),
        Json(PluginRoute.For("/diff", AdminJson.Default.DiffReport, admin.DiffAsync), "GET"),
        Json(PluginRoute.For("/explain", AdminJson.Default.ExplainRequest, AdminJson.Default.ExplainReport, explain.ExplainAsync), "POST"),
        Json(PluginRoute.For("/orphans", AdminJson.Default.OrphansReport, _ => Task.FromResult(admin.Orphans())), "GET"),
        Json(PluginRoute.For("/purge", AdminJson.Default.OrphansReport, admin.PurgeAsync), "POST"),
        Json(PluginRoute.For("/attachments", AdminJson.Default.AttachmentsReport, _ => Task.FromResult(attachments.List())), "GET"),
        Json(PluginRoute.For(
            "/attach", AdminJson.Default.AttachRequest, AdminJson.Default.AttachmentReport, attachments.AttachAsync), "POST"),
        Json(PluginRoute.For(
            "/detach", AdminJson.Default.DetachRequest, AdminJson.Default.AttachmentsReport, attachments.DetachAsync), "POST"),
        Json(PluginRoute.For("/vlan", AdminJson.Default.VlanRequest, AdminJson.Default.AttachmentReport, attachments.SetVlanAsync), "POST"),
        Json(PluginRoute.For("/ipam", AdminJson.Default.IpamReport, ovn.PoolsAsync), "GET"),
        Json(PluginRoute.For("/ovn/host", AdminJson.Default.HostRequest, AdminJson.Default.HostReport, ovn.LookAtHostAsync), "POST"),
        Json(PluginRoute.For("/ovn/forget", AdminJson.Default.HostRequest, AdminJson.Default.HostReport, ovn.ForgetHostAsync), "POST"),
    ];

    static PluginRoute Json(PluginRoute route, string verb) => route with { Verb = verb, ContentType = "application/json" };
}
