using System.Collections.Concurrent;
using Xunit;
using Xunit.Abstractions;

namespace Hawser.Runner;

/// <summary>Follows the tests of one run, and prints those that fail.</summary>
sealed class TestRun : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    readonly ManualResetEventSlim _finished = new();

    /// <summary>The tests that were found.</summary>
    public ConcurrentQueue<ITestCase> Cases { get; } = [];

    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseDiscoveryMessage found: Cases.Enqueue(found.TestCase); break;
            case ITestPassed: Passed++; break;
            case ITestFailed failure: Fail(failure.Test.DisplayName, failure); break;
            // What breaks outside of a test: a fixture, a class, the run itself.
            case IFailureInformation failure: Fail(message.GetType().Name, failure); break;
            case IDiscoveryCompleteMessage or ITestAssemblyFinished: _finished.Set(); break;
            default: break;
        }

        return true;
    }

    public void Wait()
    {
        _finished.Wait();
        _finished.Reset();
    }

    public void Dispose() => _finished.Dispose();

    void Fail(string what, IFailureInformation failure)
    {
        Failed++;
        // As dotnet test prints it: lab/test reads both.
        Console.WriteLine($"  Failed {what} [{failure.ExceptionTypes[0]}]");
        Console.WriteLine("  Error Message:");
        Console.WriteLine($"   {failure.Messages[0]}");
        Console.WriteLine(failure.StackTraces[0]);
    }
}
