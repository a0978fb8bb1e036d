using System.IO.Compression;
using System.Text.RegularExpressions;
using Hawser.Ovsdb;
using Hawser.Tests.Documentation;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ovsdb;

/// <summary>The OVSDB client as others get it: a package, and the program of its README.</summary>
public sealed partial class PackageTests : IDisposable
{
    const string AppProject = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <UseAppHost>false</UseAppHost>
            <RestorePackagesPath>restored</RestorePackagesPath>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Hawser.Ovsdb" Version="*" />
          </ItemGroup>
        </Project>
        """;

    // Nothing but the package: it has no dependencies.
    const string Sources = """
        <configuration><packageSources><clear /><add key="here" value="packages" /></packageSources></configuration>
        """;

    static readonly string Project = Path.Combine(DocumentationTests.Root, "src", "Hawser.Ovsdb");

    readonly string _folder = Directory.CreateTempSubdirectory("hawser-package-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_program_of_the_README_runs_with_the_package_alone()
    {
        await DotnetAsync("pack", Project, "-c", "Release", "--no-build", "-o", Path.Combine(_folder, "packages"));
        var readme = await File.ReadAllTextAsync(Path.Combine(Project, "README.md"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "app.csproj"), AppProject);
        await File.WriteAllTextAsync(Path.Combine(_folder, "nuget.config"), Sources);
        await File.WriteAllTextAsync(Path.Combine(_folder, "Program.cs"), Program().Match(readme).Groups[1].Value);
        await DotnetAsync("build", Path.Combine(_folder, "app.csproj"), "-o", Path.Combine(_folder, "out"));

        await using var server = await OvsdbServer.StartAsync(OvsdbServer.VswitchSchema);
        string[] vsctl = [$"--db=unix:{server.SocketPath}", "--no-wait"];
        await Processes.RunAsync("ovs-vsctl", [.. vsctl, "init", "--", "add-br", "br1", "--", "add-br", "br2"]);
        var printed = await Processes.RunAsync("dotnet", Path.Combine(_folder, "out", "app.dll"), $"unix:{server.SocketPath}");

        printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["br1", "br2"], ignoreOrder: true);
        (await Processes.RunAsync("ovs-vsctl", [.. vsctl, "get", "bridge", "br1", "external_ids:seen", "--", "get", "bridge", "br2", "external_ids:seen"]))
            .ShouldBe("yes\nyes\n");
    }

    [Fact]
    public async Task The_package_has_its_README_and_documentation_and_no_dependencies()
    {
        await DotnetAsync("pack", Project, "-c", "Release", "--no-build", "-o", _folder);
        await using var package = await ZipFile.OpenReadAsync(Directory.EnumerateFiles(_folder, "*.nupkg").ShouldHaveSingleItem());

        var files = package.Entries.Select(e => e.FullName).ToList();
        files.ShouldContain("README.md");
        files.ShouldContain("lib/net10.0/Hawser.Ovsdb.dll");
        files.ShouldContain("lib/net10.0/Hawser.Ovsdb.xml");
        using var manifest = new StreamReader(await package.GetEntry("Hawser.Ovsdb.nuspec")!.OpenAsync());
        (await manifest.ReadToEndAsync()).ShouldNotContain("<dependency ");
    }

    [Fact]
    public void It_refers_to_nothing_but_the_framework() => typeof(OvsdbReplica).Assembly.GetReferencedAssemblies()
        .Select(name => name.Name!).Where(name => !name.StartsWith("System.", StringComparison.Ordinal)).ShouldBeEmpty();

    static Task<string> DotnetAsync(params IEnumerable<string> arguments) =>
        Processes.RunAsync("dotnet", [.. arguments, "--nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false"]);

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Program();
}
