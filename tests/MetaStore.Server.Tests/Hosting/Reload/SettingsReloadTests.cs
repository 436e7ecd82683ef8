using System.Collections;
using MetaStore.Server.Configuration;
using MetaStore.Server.Hosting.Reload;
using MetaStore.Server.Observability.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Hosting.Reload;

public sealed class SettingsReloadTests
{
    private readonly List<string> _applied = [];
    private string[] _flags = ["--batch-max-size", "100", "--name", "a"];

    [Fact]
    public void Run_NothingChanged_AppliesNothing()
    {
        SettingsReload reload = Create();
        reload.Run();
        Assert.Empty(_applied);
    }

    [Fact]
    public void Run_AppliesEachChangeOnce_AndOnlyLiveSettings()
    {
        SettingsReload reload = Create();
        _flags = ["--batch-max-size", "200", "--name", "b", "--log-level", "debug"];
        reload.Run();
        reload.Run();
        Assert.Equal(["batch-max-size", "log-level"], _applied);
    }

    /// <summary>A setting that is removed from the file has its default again.</summary>
    [Fact]
    public void Run_SettingRemoved_IsAChange()
    {
        SettingsReload reload = Create();
        _flags = ["--name", "a"];
        reload.Run();
        Assert.Equal(["batch-max-size"], _applied);
    }

    [Fact]
    public void Run_AnError_ChangesNothing_AndTheNextGoodOneIsComparedWithWhatRuns()
    {
        SettingsReload reload = Create();
        _flags = ["--batch-max-size", "200", "--batch-policy", "none-such"];
        reload.Run();
        Assert.Empty(_applied);
        _flags = ["--batch-max-size", "100", "--name", "a"];
        reload.Run();
        Assert.Empty(_applied);
    }

    private SettingsReload Create() => new(
        Load(), Load, (changed, _) => _applied.AddRange(changed), new ServerLog(NullLogger.Instance));

    private ConfigurationResult Load() => ConfigurationLoader.Load(_flags, new Hashtable(), _ => throw new FileNotFoundException());
}
