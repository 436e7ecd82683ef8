using System.Collections;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Configuration.Sources;

namespace MetaStore.Server.Tests.Configuration.Sources;

/// <summary>Flags of etcd that do nothing here: none is taken silently, and one that would mislead is refused unless its value switches it off.</summary>
public sealed class ForeignFlagsTests
{
    [Fact]
    public void EachAcceptedFlag_IsOneWarning_ThatSaysWhy()
    {
        foreach (ForeignFlag flag in ForeignFlags.All.Where(flag => !flag.IsRefused))
        {
            ConfigurationResult result = Load($"--{flag.Name}=1");
            Assert.True(result.Errors.Count == 0, flag.Name);
            Assert.Equal([$"--{flag.Name} has no effect: {flag.Why}"], result.Warnings);
        }
    }

    [Fact]
    public void EachRefusedFlag_IsOneError_UnlessItsValueSwitchesItOff()
    {
        foreach (ForeignFlag flag in ForeignFlags.All.Where(flag => flag.IsRefused))
        {
            ConfigurationError error = Assert.Single(Load($"--{flag.Name}=on").Errors);
            Assert.Equal(($"--{flag.Name}", "is not possible: " + flag.Why), (error.Where, error.Why));
            foreach (string off in (string[])["", "0", "off", "false", "f"])
            {
                ConfigurationResult result = Load($"--{flag.Name}={off}");
                Assert.Equal((0, 0), (result.Errors.Count, result.Warnings.Count));
            }
        }
    }

    [Fact]
    public void NoFlag_IsForeignAndASetting() => Assert.DoesNotContain(ForeignFlags.All, flag => SettingCatalogue.ByFlag.ContainsKey(flag.Name));

    [Fact]
    public void BareSwitch_DoesNotTakeTheNextFlag_AndAFlagWithAValueDoes()
    {
        Assert.Equal("n1", Load("--enable-pprof", "--name", "n1").Options.Member.Name);
        Assert.Equal("n1", Load("--max-wals", "5", "--name", "n1").Options.Member.Name);
    }

    private static ConfigurationResult Load(params string[] arguments) => ConfigurationLoader.Load(arguments, new Hashtable(), _ => TextReader.Null);
}
