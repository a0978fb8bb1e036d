using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Hawser.Logging;

/// <summary>
/// Writes the log to standard output, one entry per line, for journald or a container runtime to keep. The framework's own
/// console provider does the same with configuration, options and service providers. They cost a daemon that has none of
/// these a tenth of its memory.
/// </summary>
sealed class LogOutput(TextWriter output, LogFormat format, TimeProvider time) : ILoggerProvider
{
    readonly Lock _writing = new();

    public static ILoggerFactory Make(LogFormat format, LogThreshold threshold)
    {
        var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        var filter = new LoggerFilterOptions { MinLevel = Least(threshold) };
        // Kestrel's own entries are about HTTP, which nobody here debugs.
        var least = filter.MinLevel > LogLevel.Warning ? filter.MinLevel : LogLevel.Warning;
        filter.Rules.Add(new LoggerFilterRule(null, "Microsoft", least, null));
        return new LoggerFactory([new LogOutput(output, format, TimeProvider.System)], filter);
    }

    static LogLevel Least(LogThreshold threshold) => threshold switch
    {
        LogThreshold.Error => LogLevel.Error,
        LogThreshold.Warning => LogLevel.Warning,
        LogThreshold.Info => LogLevel.Information,
        _ => LogLevel.Debug,
    };

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose() => output.Dispose();

    void Write(
        LogLevel level, string category, EventId id, string message,
        Exception? exception, IReadOnlyList<KeyValuePair<string, object?>>? fields)
    {
        var line = format == LogFormat.Json
            ? Json(level, category, id, message, exception, fields)
            : Text(level, message, exception);
        lock (_writing) output.WriteLine(line);
    }

    string Text(LogLevel level, string message, Exception? exception) =>
        $"{Now()} {Name(level)} {message}{(exception is null ? "" : ": " + exception.ToString().ReplaceLineEndings(" | "))}";

    string Json(
        LogLevel level, string category, EventId id, string message,
        Exception? exception, IReadOnlyList<KeyValuePair<string, object?>>? fields)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", Now());
            json.WriteString("level", Name(level));
            json.WriteString("category", category);
            json.WriteNumber("event", id.Id);
            json.WriteString("message", message);
            foreach (var (name, value) in fields ?? [])
            {
                if (name == "{OriginalFormat}") continue;
                json.WriteString(JsonNamingPolicy.CamelCase.ConvertName(name), Convert.ToString(value, CultureInfo.InvariantCulture));
            }
            if (exception is not null) json.WriteString("exception", exception.ToString());
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    string Now() => time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    static string Name(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => "error",
        LogLevel.Warning => "warn",
        LogLevel.Information => "info",
        _ => "debug",
    };

    sealed class Category(LogOutput output, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            output.Write(logLevel, name, eventId, formatter(state, exception), exception,
                state as IReadOnlyList<KeyValuePair<string, object?>>);
    }
}
