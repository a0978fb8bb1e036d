using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Hawser.Tests.Protocol;

/// <summary>Keeps what was logged from a level on, for a test to read.</summary>
sealed class LogLines(LogLevel from = LogLevel.Information) : ILoggerFactory, ILogger
{
    readonly ConcurrentQueue<(LogLevel Level, string Text, Exception? Exception)> _lines = [];

    public IReadOnlyCollection<(LogLevel Level, string Text, Exception? Exception)> Lines => _lines;

    /// <summary>The lines that report a call that failed.</summary>
    public IEnumerable<string> Failures => _lines.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= from;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            _lines.Enqueue((logLevel, formatter(state, exception), exception));
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose() => _lines.Clear();
}
