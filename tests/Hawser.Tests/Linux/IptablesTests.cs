using Hawser.Linux;
using static Hawser.Tests.Linux.NetworkNamespace;

namespace Hawser.Tests.Linux;

public class IptablesTests
{
    static readonly CancellationToken NoCancel = CancellationToken.None;

    public static TheoryData<IptablesFlavour, IpFamily> FlavoursAndFamilies => new()
    {
        { IptablesFlavour.Default, IpFamily.IPv4 },
        { IptablesFlavour.Default, IpFamily.IPv6 },
        { IptablesFlavour.Nft, IpFamily.IPv4 },
        { IptablesFlavour.Nft, IpFamily.IPv6 },
        { IptablesFlavour.Legacy, IpFamily.IPv4 },
        { IptablesFlavour.Legacy, IpFamily.IPv6 },
    };

    public static TheoryData<IptablesFlavour> BothFlavours => [IptablesFlavour.Nft, IptablesFlavour.Legacy];

    [Theory]
    [MemberData(nameof(FlavoursAndFamilies))]
    public void A_batch_replaces_its_own_chain_and_leaves_the_others(IptablesFlavour flavour, IpFamily family) => Run(() =>
    {
        var iptables = new Iptables(flavour);
        Restore(iptables, family, "*filter\n:OTHER - [0:0]\n:HAWSER-FWD - [0:0]\n-A OTHER -j ACCEPT\n-A HAWSER-FWD -j DROP\nCOMMIT\n");
        Restore(iptables, family, "*filter\n:HAWSER-FWD - [0:0]\n-A HAWSER-FWD -i va -j ACCEPT\nCOMMIT\n");

        var rules = Save(iptables, family, "filter");
        rules.ShouldContain("-A OTHER -j ACCEPT\n");
        rules.ShouldContain("-A HAWSER-FWD -i va -j ACCEPT\n");
        rules.ShouldNotContain("-A HAWSER-FWD -j DROP");
        Save(iptables, family, table: null).ShouldContain("*filter\n");
    });

    [Theory]
    [MemberData(nameof(FlavoursAndFamilies))]
    public void A_bad_line_changes_nothing_and_is_named(IptablesFlavour flavour, IpFamily family) => Run(() =>
    {
        var iptables = new Iptables(flavour);
        Restore(iptables, family, "*filter\n:HAWSER-FWD - [0:0]\n-A HAWSER-FWD -j DROP\nCOMMIT\n");
        var failure = Should.Throw<ToolException>(() => Restore(
            iptables,
            family,
            "*filter\n:HAWSER-FWD - [0:0]\n-A HAWSER-FWD -j ACCEPT\n-A HAWSER-FWD --nonsense\nCOMMIT\n"));

        failure.Line.ShouldBe("-A HAWSER-FWD --nonsense");
        failure.Message.ShouldEndWith(": -A HAWSER-FWD --nonsense");
        failure.ExitCode.ShouldNotBe(0);
        failure.Errors.ShouldContain("nonsense");
        failure.Message.ShouldNotContain("\n");
        failure.Command.ShouldEndWith("restore --noflush --wait=5");
        Save(iptables, family, "filter").ShouldContain("-A HAWSER-FWD -j DROP\n");
        Save(iptables, family, "filter").ShouldNotContain("-A HAWSER-FWD -j ACCEPT");
    });

    [Theory]
    [MemberData(nameof(FlavoursAndFamilies))]
    public void A_chain_that_is_missing_is_an_error_that_names_the_line(IptablesFlavour flavour, IpFamily family) => Run(() =>
    {
        var failure = Should.Throw<ToolException>(() => Restore(
            new Iptables(flavour), family, "*filter\n:HAWSER-FWD - [0:0]\n-A MISSING -j DROP\nCOMMIT\n"));
        failure.Line.ShouldBe("-A MISSING -j DROP");
        Save(new Iptables(flavour), family, "filter").ShouldNotContain("HAWSER");
    });

    [Theory]
    [MemberData(nameof(BothFlavours))]
    public void A_batch_larger_than_a_pipe_goes_through(IptablesFlavour flavour) => Run(() =>
    {
        var iptables = new Iptables(flavour);
        var rules = string.Concat(Enumerable.Range(0, 2000).Select(i => $"-A HAWSER-FWD -s 10.{i / 256}.{i % 256}.0/24 -p tcp --dport 80 -j ACCEPT\n"));
        Restore(iptables, IpFamily.IPv4, $"*filter\n:HAWSER-FWD - [0:0]\n{rules}COMMIT\n");
        Save(iptables, IpFamily.IPv4, "filter").Split('\n').Count(line => line.StartsWith("-A HAWSER-FWD", StringComparison.Ordinal)).ShouldBe(2000);
    });

    [Theory]
    [InlineData("iptables-nft", IptablesFlavour.Nft)]
    [InlineData("iptables-legacy", IptablesFlavour.Legacy)]
    public void Detect_follows_dockers_chain(string program, IptablesFlavour flavour) => Run(() =>
    {
        foreach (var other in (string[])["iptables-nft", "iptables-legacy"]) Shell($"{other} -N SOMETHING");
        Shell($"{program} -t nat -N DOCKER");
        Iptables.Detect().Flavour.ShouldBe(flavour);
    });

    [Fact]
    public void Detect_takes_the_default_and_loads_nothing_where_docker_has_no_chains() => Run(() =>
    {
        Shell("iptables-nft -N DOCKER-USER");
        Iptables.Detect().Flavour.ShouldBe(OfDefault());
        File.ReadAllText("/proc/thread-self/net/ip_tables_names").ShouldBe("");
    });

    [Fact]
    public void Detect_takes_the_default_where_docker_has_chains_in_both() => Run(() =>
    {
        foreach (var program in (string[])["iptables-nft", "iptables-legacy"]) Shell($"{program} -t nat -N DOCKER");
        Iptables.Detect().Flavour.ShouldBe(OfDefault());
    });

    [Fact]
    public void A_program_that_is_missing_is_told_with_its_package() =>
        Should.Throw<ToolException>(() => Iptables.PathOf("iptables-none-restore")).Message
            .ShouldBe("iptables-none-restore was not found in the search path: install the package iptables");

    static IptablesFlavour OfDefault() => Shell("iptables --version").Contains("legacy", StringComparison.Ordinal) ? IptablesFlavour.Legacy : IptablesFlavour.Nft;

    static void Restore(Iptables iptables, IpFamily family, string batch) => iptables.RestoreAsync(family, batch, NoCancel).GetAwaiter().GetResult();

    static string Save(Iptables iptables, IpFamily family, string? table) => iptables.SaveAsync(family, table, NoCancel).GetAwaiter().GetResult();
}
