using System.Net;
using Hawser.Doctor;
using Hawser.Linux;
using Hawser.Ovsdb;
using Hawser.Tests.Core;

namespace Hawser.Tests.Doctor;

/// <summary>A network card that answers for the bridge's address is named, with what mends it.</summary>
public sealed class ArpCheckTests
{
    static readonly ArpSettings Default = new(Ignore: 0, IsFiltering: false, ReversePath: 0);

    [Theory]
    [InlineData(0, false, 0, false, true)]
    [InlineData(3, false, 0, false, true)]
    [InlineData(0, false, 2, true, true)]
    [InlineData(0, false, 2, false, false)]
    [InlineData(0, false, 1, true, false)]
    [InlineData(0, true, 0, true, false)]
    [InlineData(1, false, 0, true, false)]
    [InlineData(2, false, 0, true, false)]
    [InlineData(8, false, 0, true, false)]
    public void The_kernel_answers_for_addresses_of_other_links_unless_it_is_told_not_to(
        int ignore, bool filters, int reversePath, bool hasAddress, bool answers) =>
        new ArpSettings(ignore, filters, reversePath).AnswersForOthers(hasAddress).ShouldBe(answers);

    [Fact]
    public void The_card_the_address_and_both_commands_are_named()
    {
        var finding = Examine("eth0", "eth0", Default).ShouldHaveSingleItem();
        finding.Verdict.ShouldBe(Verdict.Broken);
        finding.Says.ShouldContain("eth0 in bridge br-phy answers for 198.51.100.11 as br-phy does");
        finding.Remedy!.ShouldBe("`sysctl -w net.ipv4.conf.eth0.arp_ignore=1`, and "
            + "`echo net.ipv4.conf.eth0.arp_ignore=1 >/etc/sysctl.d/90-hawser-eth0.conf` for the next start of this host");
    }

    [Fact]
    public void A_dot_in_the_cards_name_does_not_part_the_setting() =>
        Examine("eth0.7", "eth0.7", Default).ShouldHaveSingleItem().Remedy!.ShouldContain("sysctl -w net/ipv4/conf/eth0.7/arp_ignore=1");

    [Fact]
    public void One_that_is_told_not_to_answer_is_fine() =>
        Examine("eth0", "eth0", Default with { Ignore = 1 }).ShouldHaveSingleItem().Verdict.ShouldBe(Verdict.Ok);

    [Theory]
    [InlineData(2, true)]
    [InlineData(9, false)]
    public void Loose_filtering_of_reverse_paths_silences_a_card_without_an_address(int holder, bool answers) =>
        Examine("eth0", "eth0", Default with { ReversePath = 2 }, holder: holder).ShouldHaveSingleItem().Verdict.ShouldBe(answers ? Verdict.Broken : Verdict.Ok);

    [Fact]
    public void One_without_ARP_as_the_links_of_containers_is_fine() =>
        Examine("eth0", "eth0", Default, hasArp: false).ShouldHaveSingleItem().Verdict.ShouldBe(Verdict.Ok);

    [Fact]
    public void One_that_has_the_bridges_frames_with_a_tag_does_not_hear_the_question() =>
        Examine("eth0", "eth0", Default, tag: 7).ShouldHaveSingleItem().Verdict.ShouldBe(Verdict.Ok);

    [Fact]
    public void On_the_kernels_datapath_a_port_of_a_bridge_answers_nothing() => Examine("eth0", "eth0", Default, datapath: "system").ShouldBeEmpty();

    [Theory]
    [InlineData(null)]
    [InlineData("2001:db8::11")]
    [InlineData("198.51.100.99")]
    public void Where_no_tunnel_ends_on_the_bridge_there_is_nothing_to_say(string? encapIp) => Examine("eth0", "eth0", Default, encapIp: encapIp).ShouldBeEmpty();

    static Finding[] Examine(
        string port, string card, ArpSettings settings, string datapath = "netdev", string? encapIp = "198.51.100.11", bool hasArp = true,
        int? tag = null, int holder = 9)
    {
        var vswitch = UserspaceVswitch.Of(datapath,
            ("br-phy", "internal", tag is { } vlan ? Datum.Of(vlan) : Datum.Empty), (port, "", Datum.Empty));
        Link[] links = [new() { Index = 2, Name = card, HasArp = hasArp }, new() { Index = 3, Name = "br-phy" }];
        InterfaceAddress[] addresses =
        [
            new(3, IPAddress.Parse("198.51.100.11"), 24), new(3, IPAddress.Parse("2001:db8::11"), 64), new(2, IPAddress.Parse("fe80::2"), 64),
            new(holder, IPAddress.Parse("203.0.113.2"), 24),
        ];
        return [.. ArpCheck.Of(vswitch, encapIp, addresses, links, _ => settings)];
    }
}
