using System.Net;
using System.Runtime.Versioning;
using System.Text;
using Hawser.Docker.Engine;

namespace Hawser.Tests.Docker;

/// <summary>"dns" is put into dockerd's daemon.json, and all else in it stays as it is.</summary>
[SupportedOSPlatform("linux")]
public sealed class DaemonJsonTests
{
    [Theory]
    [InlineData("{}\n", "{ \"dns\": [\"192.0.2.53\", \"2001:db8::53\"] }\n")]
    [InlineData("{ \"debug\": true }", "{ \"dns\": [\"192.0.2.53\", \"2001:db8::53\"], \"debug\": true }")]
    [InlineData(
        "{\n  \"mtu\": 1.50e3,\n  \"labels\": [\"a=\\u00e9\", \"b=é\"]\n}\n",
        "{\n  \"dns\": [\"192.0.2.53\", \"2001:db8::53\"],\n  \"mtu\": 1.50e3,\n  \"labels\": [\"a=\\u00e9\", \"b=é\"]\n}\n")]
    [InlineData(
        "{\"log-opts\":{\"dns\":\"x\"}, \"dns\" : [ \"192.0.2.1\" ] ,\"debug\":true}",
        "{\"log-opts\":{\"dns\":\"x\"}, \"dns\" : [\"192.0.2.53\", \"2001:db8::53\"] ,\"debug\":true}")]
    public void Every_other_byte_stays(string before, string after)
    {
        var parsed = DaemonJson.Parse(Encoding.UTF8.GetBytes(before));
        var text = Encoding.UTF8.GetString(parsed.With([IPAddress.Parse("192.0.2.53"), IPAddress.Parse("2001:db8::53")]));
        text.ShouldBe(after);
        DaemonJson.Parse(Encoding.UTF8.GetBytes(text)).Dns!.Value.Select(s => s.ToString()).ShouldBe(["192.0.2.53", "2001:db8::53"]);
    }

    [Theory]
    [InlineData("", "not valid JSON in line 1")]
    [InlineData("{\n \"debug\": true,\n}", "not valid JSON in line 3")]
    [InlineData("{ \"debug\": true", "not valid JSON in line 1")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{ \"dns\": \"192.0.2.1\" }", "\"dns\" is not a list of addresses")]
    [InlineData("{ \"dns\": [\"somewhere\"] }", "\"dns\" is not a list of addresses")]
    public void What_dockerd_would_not_take_is_refused(string text, string sentence) =>
        Should.Throw<FormatException>(() => DaemonJson.Parse(Encoding.UTF8.GetBytes(text))).Message.ShouldContain(sentence);

    [Fact]
    public void The_old_file_is_kept_beside_it_and_a_link_stays_a_link()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (file, link) = (Path.Combine(folder.FullName, "real.json"), Path.Combine(folder.FullName, "daemon.json"));
            File.CreateSymbolicLink(link, file);
            DaemonJson.Replace(link, "{}"u8.ToArray()).ShouldBeNull();
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            DaemonJson.Replace(link, "{ }"u8.ToArray()).ShouldBe(file + ".old");
            File.ReadAllText(file + ".old").ShouldBe("{}");
            File.ReadAllText(file).ShouldBe("{ }");
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            new FileInfo(link).LinkTarget.ShouldBe(file);
            folder.GetFiles().Length.ShouldBe(3, "something unfinished is left");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_file_that_does_not_exist_is_an_empty_object() => DaemonJson.Read("/nowhere/daemon.json").Dns.ShouldBeNull();
}
