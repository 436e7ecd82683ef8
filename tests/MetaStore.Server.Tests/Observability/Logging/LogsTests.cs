using System.Text.Json;
using MetaStore.IO;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Observability.Logging;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Tests.Observability.Logging;

/// <summary>The log of the process: which lines pass, and that they are there before the process ends.</summary>
public sealed class LogsTests : IFatalHandler, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-logs-").FullName;
    private string? _writtenAtTheEnd;

    private string LogFile => Path.Combine(_folder, "member.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void IFatalHandler.OnFatal(int exitCode, string reason) => _writtenAtTheEnd = $"{exitCode} {reason}: {Levels()}";

    [Theory]
    [InlineData("debug", "debug info warn error error")]
    [InlineData("info", "info warn error error")]
    [InlineData("warn", "warn error error")]
    [InlineData("error", "error error")]
    [InlineData("panic", "error error")]
    [InlineData("fatal", "error error")]
    public void Level_IsTheLeastThatIsWritten(string level, string expected)
    {
        WriteAll(level, "MetaStore.Server", _ => { });
        Assert.Equal(expected, Levels());
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", "warn error error")]
    [InlineData("Microsoft.Extensions.Hosting.Internal.Host", "error")]
    [InlineData("MetaStore.Microsoft", "debug info warn error error")]
    public void LinesOfTheFramework_AreWarningsAtLeast(string category, string expected)
    {
        WriteAll("debug", category, _ => { });
        Assert.Equal(expected, Levels());
    }

    [Fact]
    public void SetLevel_AppliesFromTheNextLine()
    {
        WriteAll("error", "MetaStore.Server", logs => logs.SetLevel("info"));
        Assert.Equal("error error info warn error error", Levels());
    }

    [Fact]
    public void FatalHandler_WritesTheLinesThatExplainIt_BeforeTheProcessEnds()
    {
        using Logs logs = Open("info");
        logs.CreateLogger("MetaStore.Server").LogError(new EventId(1), "the disk is gone");
        new FlushingFatalHandler(logs, this).OnFatal(74, "disk");
        Assert.Equal("74 disk: error", _writtenAtTheEnd);
    }

    private void WriteAll(string level, string category, Action<Logs> between)
    {
        using Logs logs = Open(level);
        using ILoggerFactory factory = LoggerFactory.Create(logs.AddTo);
        ILogger logger = factory.CreateLogger(category);
        EachLevel(logger);
        if (level == "error")
        {
            between(logs);
            if (logger.IsEnabled(LogLevel.Information))
            {
                EachLevel(logger);
            }
        }

        logs.Flush(TimeSpan.FromSeconds(20));
    }

    private static void EachLevel(ILogger logger)
    {
        foreach (LogLevel level in (LogLevel[])[LogLevel.Debug, LogLevel.Information, LogLevel.Warning, LogLevel.Error, LogLevel.Critical])
        {
            logger.Log(level, new EventId(1), "line");
        }
    }

    private Logs Open(string level) => Logs.Open(new LoggingOptions { Level = level, Outputs = [LogFile] });

    private string Levels() => string.Join(' ', File.ReadLines(LogFile).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("level").GetString()));
}
