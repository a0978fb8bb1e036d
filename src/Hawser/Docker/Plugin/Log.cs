using Microsoft.Extensions.Logging;

namespace Hawser.Docker.Plugin;

static partial class Log
{
    [LoggerMessage(1001, LogLevel.Information, "Serving {Path}")]
    public static partial void Serving(ILogger logger, string path);

    [LoggerMessage(1002, LogLevel.Information, "Removed {Path}, which its former owner left behind")]
    public static partial void StaleSocketRemoved(ILogger logger, string path);

    [LoggerMessage(1003, LogLevel.Warning, "Closed {Path}, which systemd handed over and no driver is served on; see hawser.socket")]
    public static partial void SocketNotServed(ILogger logger, string path);

    [LoggerMessage(1010, LogLevel.Debug, "{Method} answered in {Milliseconds:F1} ms")]
    public static partial void Answered(ILogger logger, string method, double milliseconds);

    [LoggerMessage(1011, LogLevel.Warning, "{Method} refused after {Milliseconds:F1} ms: {Reason}")]
    public static partial void Refused(ILogger logger, string method, double milliseconds, string reason);

    [LoggerMessage(1012, LogLevel.Error, "{Method} failed after {Milliseconds:F1} ms, reference {Reference}")]
    public static partial void Failed(
        ILogger logger, Exception exception, string method, double milliseconds, string reference);

    [LoggerMessage(1013, LogLevel.Debug, "{Method} was given up by its caller after {Milliseconds:F1} ms")]
    public static partial void GivenUp(ILogger logger, string method, double milliseconds);

    [LoggerMessage(1014, LogLevel.Error, "{Method} ended after its call had been answered without it")]
    public static partial void FailedTooLate(ILogger logger, Exception exception, string method);
}
