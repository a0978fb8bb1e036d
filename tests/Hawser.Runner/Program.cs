using Hawser.Runner;
using Hawser.Tests.Core;
using Xunit.Sdk;

// usage: hawser-tests NAME…     (classes and folders of Hawser.Tests: Ovsdb.DatumTests, Core)
// Prints each test that fails and, last, how many passed and failed.
var assembly = typeof(NamesTests).Assembly;
using var framework = new XunitTestFramework(new NullMessageSink());
using var run = new TestRun();
var options = new RunOptions();
using (var discoverer = framework.GetDiscoverer(new ReflectionAssemblyInfo(assembly)))
{
    foreach (var name in args)
    {
        var before = run.Cases.Count;
        var wanted = $"Hawser.Tests.{name}";
        foreach (var type in assembly.GetExportedTypes().Where(t => t.FullName == wanted || t.Namespace == wanted))
        {
            discoverer.Find(type.FullName!, includeSourceInformation: false, run, options);
            run.Wait();
        }

        if (run.Cases.Count > before) continue;
        Console.Error.WriteLine($"hawser-tests: Hawser.Tests has no tests in {name}");
        return 2;
    }
}

using (var executor = framework.GetExecutor(assembly.GetName()))
{
    executor.RunTests(run.Cases, run, options);
    run.Wait();
}

Console.WriteLine($"{(run.Failed == 0 ? "Passed" : "Failed")}!  - Failed: {run.Failed}, Passed: {run.Passed}");
return run.Failed == 0 ? 0 : 1;
