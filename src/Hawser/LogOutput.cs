using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Hawser;

/// <summary>Where the log goes: to standard output, for journald or a container runtime to keep.</summary>
static class LogOutput
{
    public static void Add(ILoggingBuilder logging, DaemonOptions options)
    {
        logging.SetMinimumLevel(options.Debug ? LogLevel.Debug : LogLevel.Information);
        // Kestrel's own debug entries are about HTTP, which nobody here debugs.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        if (options.LogFormat == LogFormat.Json)
        {
            logging.AddJsonConsole(console => Stamp(console));
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                Stamp(console);
                console.SingleLine = true;
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }
    }

    static void Stamp(ConsoleFormatterOptions console)
    {
        console.UseUtcTimestamp = true;
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
    }
}
