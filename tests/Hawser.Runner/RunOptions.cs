using Xunit.Abstractions;

namespace Hawser.Runner;

/// <summary>xunit's own defaults, and one test at a time: an imitated processor is slow enough for the deadlines of one.</summary>
sealed class RunOptions : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
{
    readonly Dictionary<string, object?> _values = new() { ["xunit.execution.DisableParallelization"] = true };

    public TValue GetValue<TValue>(string name) => _values.GetValueOrDefault(name) is TValue value ? value : default!;

    public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
}
