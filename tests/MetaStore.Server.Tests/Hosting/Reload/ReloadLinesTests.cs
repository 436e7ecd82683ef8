using System.Collections;
using MetaStore.Server.Configuration;
using MetaStore.Server.Hosting.Reload;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Tests.Nodes;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Tests.Hosting.Reload;

/// <summary>What an operator reads after SIGHUP: each change with both values, what waits for a restart, and every error.</summary>
public sealed class ReloadLinesTests
{
    private readonly ListLogger _log = new();
    private string[] _flags = ["--name=a"];

    [Fact]
    public void Changes_AreNamedWithBothValues_LiveOnesAndThoseThatWait()
    {
        SettingsReload reload = Create();
        _flags = ["--name=b", "--batch-max-size=77"];
        reload.Run();
        Assert.Equal(
            [
                "name is b in the configuration and stays a until a restart.",
                "initial-cluster is b=http://localhost:2380 in the configuration and stays a=http://localhost:2380 until a restart.",
                "batch-max-size is now 77, was 256.",
                "Read the configuration again: 3 settings have changed.",
            ],
            _log.Messages);
    }

    [Fact]
    public void NothingChanged_IsOneLine()
    {
        Create().Run();
        Assert.Equal(["Read the configuration again: 0 settings have changed."], _log.Messages);
    }

    [Fact]
    public void EachError_IsALineOfItsOwn_AndNothingIsApplied()
    {
        SettingsReload reload = Create(apply: _ => throw new InvalidOperationException("applied"));
        _flags = ["--name=a", "--batch-policy=magic", "--none-such=1"];
        reload.Run();
        Assert.Equal(2, _log.Lines.Count);
        Assert.All(_log.Lines, line =>
        {
            Assert.Equal(LogLevel.Error, line.Level);
            Assert.StartsWith("The configuration has an error and is not reloaded: metastore: 1 configuration error", line.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Warnings_AreRepeatedOnlyWhenTheyAreNew()
    {
        _flags = ["--name=a", "--max-wals=1"];
        SettingsReload reload = Create();
        reload.Run();
        Assert.DoesNotContain(_log.Lines, line => line.Id == 1004);
        _flags = ["--name=a", "--max-wals=1", "--enable-pprof"];
        reload.Run();
        reload.Run();
        Assert.StartsWith("Configuration: --enable-pprof has no effect", Assert.Single(_log.Lines, line => line.Id == 1004).Message, StringComparison.Ordinal);
    }

    /// <summary>The lines come after the settings are in force: a reader of the log may count on them.</summary>
    [Fact]
    public void Change_IsLoggedAfterItWasApplied()
    {
        int linesWhenApplied = -1;
        SettingsReload reload = Create(apply: _ => linesWhenApplied = _log.Lines.Count);
        _flags = ["--name=a", "--log-level=debug"];
        reload.Run();
        Assert.Equal((0, 2), (linesWhenApplied, _log.Lines.Count));
    }

    [Fact]
    public void ApplyThatFails_IsTriedAgainByTheNextReload()
    {
        int tries = 0;
        SettingsReload reload = Create(apply: _ =>
        {
            if (++tries == 1)
            {
                throw new InvalidOperationException("once");
            }
        });
        _flags = ["--name=a", "--log-level=debug"];
        Assert.Throws<InvalidOperationException>(reload.Run);
        reload.Run();
        Assert.Equal(2, tries);
        Assert.Contains("log-level is now debug, was info.", _log.Messages);
    }

    private SettingsReload Create(Action<IReadOnlyCollection<string>>? apply = null) =>
        new(Load(), Load, (changed, _) => apply?.Invoke(changed), new ServerLog(_log));

    private ConfigurationResult Load() => ConfigurationLoader.Load(_flags, new Hashtable(), _ => throw new FileNotFoundException());
}
