using System.CommandLine;
using System.Text.Json;
using Hawser.Admin;
using Spectre.Console;

namespace Hawser.Cli;

/// <summary><c>hawser attach</c>, <c>detach</c> and <c>attachments</c>: containers on bridges, without a network of Docker's.</summary>
static class AttachCommand
{
    static readonly Argument<string> Container = new("CONTAINER")
    {
        Description = "The container: its name or its id, as docker ps shows them",
    };

    static readonly Argument<string[]> PortOptions = new("OPTION=VALUE")
    {
        Description = "Options of the port, such as ovs.port.ingress_rate=10000",
        Arity = ArgumentArity.ZeroOrMore,
    };

    static readonly Option<string> Bridge = Text("--bridge", "The bridge; it is made if there is none", "BRIDGE", isRequired: true);
    static readonly Option<string> Name = Text("--name", "The link's name in the container", "IF", isRequired: true);
    static readonly Option<string> NameOrAll = Text("--name", "The link's name in the container", "IF");
    static readonly Option<bool> All = new("--all") { Description = "All attachments of the container" };
    static readonly Option<bool> Temporary = new("--temporary") { Description = "End the attachment when the container stops" };
    static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };

    static readonly Option<string[]>[] Lists =
    [
        new("--ip") { Description = "An address of the link; several times for several", HelpName = "ADDRESS/LENGTH" },
        new("--gateway") { Description = "The container's default router by this link; one of each family", HelpName = "ADDRESS" },
        new("--route") { Description = "A route by this link; several times for several", HelpName = "SUBNET=ROUTER" },
    ];

    static readonly Option<string>[] Texts =
    [
        Text("--vlan", "The VLAN of untagged frames", "N"),
        Text("--trunks", "VLANs that the link carries tagged", "N,…"),
        Text("--mac", "The link's MAC address, instead of one that is made up", "MAC"),
        Text("--mtu", "The MTU of the link and its port", "N"),
    ];

    public static Command MakeAttach()
    {
        var command = new Command("attach", "Plug a running container into a bridge, and keep it plugged")
        {
            Container, PortOptions, Bridge, Name, Temporary, Json, Admin.RunFolder,
        };
        foreach (var option in Lists.Concat<Option>(Texts)) command.Options.Add(option);
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var request = new AttachRequest(
                arguments.GetRequiredValue(Container), arguments.GetRequiredValue(Bridge), arguments.GetValue(Temporary),
                Options(arguments));
            var report = await AttachAsync(client, request, ct);
            if (arguments.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, AdminJson.Default.AttachmentReport));
            else Console.WriteLine(Sentence(report));
            return 0;
        }));
        return command;
    }

    public static Command MakeDetach()
    {
        var command = new Command("detach", "Take a container off a bridge that it was attached to")
        {
            Container, NameOrAll, All, Admin.RunFolder,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(NameOrAll) is null != result.GetValue(All))
                result.AddError("detach needs --name IF or --all, and not both");
        });
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var request = new DetachRequest(arguments.GetRequiredValue(Container), arguments.GetValue(NameOrAll));
            foreach (var detached in (await DetachAsync(client, request, ct)).Attachments)
                Console.WriteLine($"{detached.Container} has {detached.Name} no more");
            return 0;
        }));
        return command;
    }

    public static Command MakeList()
    {
        var command = new Command("attachments", "Show the containers that are attached to bridges") { Json, Admin.RunFolder };
        command.SetAction((arguments, ct) => Admin.RunAsync(arguments, async client =>
        {
            var report = await client.GetAsync("/attachments", AdminJson.Default.AttachmentsReport, ct);
            if (arguments.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(report, AdminJson.Default.AttachmentsReport));
            else Print(report.Attachments);
            return 0;
        }));
        return command;
    }

    public static Task<AttachmentReport> AttachAsync(AdminClient client, AttachRequest request, CancellationToken ct) =>
        client.PostAsync("/attach", request, AdminJson.Default.AttachRequest, AdminJson.Default.AttachmentReport, ct);

    public static Task<AttachmentsReport> DetachAsync(AdminClient client, DetachRequest request, CancellationToken ct) =>
        client.PostAsync("/detach", request, AdminJson.Default.DetachRequest, AdminJson.Default.AttachmentsReport, ct);

    static Dictionary<string, string> Options(ParseResult arguments)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal) { ["--name"] = arguments.GetRequiredValue(Name) };
        foreach (var option in Lists)
        {
            if (arguments.GetValue(option) is { Length: > 0 } values) options[option.Name] = string.Join(',', values);
        }
        foreach (var option in Texts)
        {
            if (arguments.GetValue(option) is { } value) options[option.Name] = value;
        }
        foreach (var option in arguments.GetValue(PortOptions) ?? [])
        {
            var parts = option.Split('=', 2);
            if (parts.Length != 2) throw new AdminException($"\"{option}\" is not allowed: an option of a port is written NAME=VALUE");
            options[parts[0]] = parts[1];
        }
        return options;
    }

    static Option<string> Text(string name, string description, string help, bool isRequired = false) =>
        new(name) { Description = description, HelpName = help, Required = isRequired };

    static string Sentence(AttachmentReport a)
    {
        var addresses = a.Addresses.Count > 0 ? string.Join(", ", a.Addresses) : "no address";
        var vlan = a.Vlan is { } tag ? $", VLAN {tag}" : "";
        return $"{a.Container} has {a.Name} on bridge {a.Bridge}: {addresses}, MAC {a.Mac}{vlan}";
    }

    static void Print(IReadOnlyList<AttachmentReport> attachments)
    {
        if (attachments.Count == 0)
        {
            Console.WriteLine("no attachments");
            return;
        }
        Output.Console.Write(TableOf(attachments));
    }

    /// <summary>Attachments as a table.</summary>
    public static Table TableOf(IReadOnlyList<AttachmentReport> attachments)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("CONTAINER", "NAME", "BRIDGE", "PORT", "ADDRESSES", "VLAN", "MAC", "STATE");
        foreach (var a in attachments)
        {
            string[] cells =
            [
                a.Container, a.Name, a.Bridge, a.Port ?? "-", string.Join(' ', a.Addresses), a.Vlan?.ToString() ?? "-", a.Mac,
                a.Detail is null ? a.State : $"{a.State}: {a.Detail}",
            ];
            table.AddRow([.. cells.Select(c => new Text(c))]);
        }
        return table;
    }
}
