using System.Collections;
using MetaStore.Server.Configuration;

namespace MetaStore.Server.Tests.Configuration.Options;

public sealed class LogOutputRulesTests
{
    [Theory]
    [InlineData("--log-outputs=stderr,stdout", null)]
    [InlineData("--log-outputs=stderr,/var/log/a.log", null)]
    [InlineData("--log-outputs=systemd/journal", null)]
    [InlineData("--log-outputs=default,default", null)]
    [InlineData("--log-outputs=,", "names no output")]
    [InlineData("--log-outputs=stderr,default", "combines default with others; use stderr instead")]
    [InlineData("--log-outputs=a.log,systemd/journal", "combines systemd/journal with others; the journal must be the only output")]
    [InlineData("--enable-log-rotation --log-outputs=a.log", null)]
    [InlineData("--enable-log-rotation --log-outputs=stderr,a.log", null)]
    [InlineData("--enable-log-rotation --log-outputs=a.log,b.log", "needs exactly one file among log-outputs")]
    [InlineData("--enable-log-rotation --log-outputs=stdout", "needs exactly one file among log-outputs")]
    [InlineData("--enable-log-rotation --log-outputs=systemd/journal", "needs exactly one file among log-outputs")]
    [InlineData("--log-rotation-config-json={\"maxage\":-1}", "is not a JSON object of maxsize, maxage, maxbackups, localtime and compress")]
    public void Outputs_ThatCannotBeCombined_AreOneError(string arguments, string? why) => Assert.Equal(
        why is null ? [] : [why], ConfigurationLoader.Load(arguments.Split(' '), new Hashtable(), _ => TextReader.Null).Errors.Select(error => error.Why));
}
