using MetaStore.Server.Tests.Configuration.Etcd;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Hosting.Reload;

/// <summary>SIGHUP to a real member.</summary>
public sealed class ReloadSignalTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Sighup_AppliesWhatCanChange_AndNamesWhatNeedsARestart()
    {
        await using StartedProcess member = await StartedProcess.WithFileAsync(StartedProcess.Member(_ => "batch-enable: true\nquota-backend-bytes: 100000000\nsnapshot-count: 5000"));
        string file = Path.Combine(member.Folder, "member.yaml");
        string text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(
            file,
            text.Replace("batch-enable: true", "batch-enable: false", StringComparison.Ordinal)
                .Replace("quota-backend-bytes: 100000000", "quota-backend-bytes: 200000000", StringComparison.Ordinal)
                .Replace("snapshot-count: 5000", "snapshot-count: 6000", StringComparison.Ordinal));
        Signals.Send(member.Process.Id, Signals.Hangup);
        await SaysAsync(member, "batch-enable is now false, was true.");
        await SaysAsync(member, "snapshot-count is 6000 in the configuration and stays 5000 until a restart.");
        await SaysAsync(member, "Read the configuration again: 3 settings have changed.");
        string page = await member.Http.GetStringAsync("/metrics");
        Assert.Contains("etcd_server_quota_backend_bytes 200000000\n", page, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, text.Replace("batch-enable: true", "batch-enable: perhaps", StringComparison.Ordinal));
        Signals.Send(member.Process.Id, Signals.Hangup);
        await SaysAsync(member, "The configuration has an error and is not reloaded:");
        Assert.True((await member.Http.GetAsync("/health")).IsSuccessStatusCode);
    }

    private static Task SaysAsync(StartedProcess member, string text) => Eventually.TrueAsync(
        () => member.Process.Output.Contains(text, StringComparison.Ordinal), _limit, () => $"\"{text}\" in:\n{member.Process.Output}");
}
