using System.Collections;
using System.Text.Json;
using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Settings;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Hosting.Reload;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Quota;
using MetaStore.Server.Tests.Nodes;
using MetaStore.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Hosting.Reload;

/// <summary>Which settings a running member takes, and that a change of one group leaves the others as they were set meanwhile.</summary>
public sealed class LiveSettingsTests : IDisposable
{
    private readonly AppliedState _state = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ProposalBatcher _batcher;
    private readonly ProposalAdmission _admission;
    private readonly SpaceQuota _quota;
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-live-").FullName;
    private readonly Logs _logs;

    public LiveSettingsTests()
    {
        _batcher = new ProposalBatcher(1, new BatchSettings { MaxBatchSize = 17 }, _ => true, _time);
        _admission = new ProposalAdmission(new AdmissionSettings { Max = 2000 }, _time, () => 0);
        _quota = new SpaceQuota(_state.Machine.Engine, _state.Machine.Alarms, null!, 1, 111, _ => false, NullLogger.Instance);
        _logs = Logs.Open(new LoggingOptions { Level = "warn", Outputs = [Path.Combine(_folder, "log")] });
    }

    public void Dispose()
    {
        _batcher.Dispose();
        _admission.Dispose();
        _state.Dispose();
        _logs.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Contains_BatchingAdmissionQuotaAndLevel_AndNothingElse()
    {
        string[] live = [.. SettingCatalogue.All.Select(setting => setting.Flag).Where(LiveSettings.Contains)];
        Assert.All(live, flag => Assert.Matches("^(batch-|admission-|quota-backend-bytes$|log-level$)", flag));
        Assert.Contains("log-level", live);
        Assert.Contains("quota-backend-bytes", live);
        Assert.Contains("batch-enable", live);
        Assert.Contains("admission-mode", live);
        Assert.DoesNotContain("backend-batch-limit", live);
        Assert.False(LiveSettings.Contains("log-format"));
    }

    [Theory]
    [InlineData("batch-max-size", 256, 2000, 111)]
    [InlineData("admission-max-credits", 17, 10_000, 111)]
    [InlineData("quota-backend-bytes", 17, 2000, 222)]
    [InlineData("snapshot-count", 17, 2000, 111)]
    [InlineData("batch-policy,admission-mode", 256, 10_000, 111)]
    public void Apply_ChangesTheGroupsOfTheChangedFlags_AndNoOther(string changed, int batchSize, int credits, long quota)
    {
        Apply(changed, "--quota-backend-bytes=222");
        Assert.Equal((batchSize, credits, quota), (_batcher.Settings.MaxBatchSize, _admission.Settings.Max, _quota.Bytes));
    }

    [Theory]
    [InlineData("0", 2L << 30)]
    [InlineData("-5", 0)]
    public void Apply_Quota_IsTheOneInForce(string flag, long expected)
    {
        Apply("quota-backend-bytes", $"--quota-backend-bytes={flag}");
        Assert.Equal(expected, _quota.Bytes);
    }

    [Fact]
    public void Apply_LogLevel_ShowsMoreFromThenOn()
    {
        using ILoggerFactory factory = LoggerFactory.Create(_logs.AddTo);
        ILogger logger = factory.CreateLogger("a");
        logger.LogInformation(new EventId(1), "before");
        Apply("log-level", "--log-level=info");
        logger.LogInformation(new EventId(1), "after");
        _logs.Flush(TimeSpan.FromSeconds(20));
        string[] lines = [.. File.ReadLines(Path.Combine(_folder, "log"))];
        Assert.Equal("after", JsonDocument.Parse(Assert.Single(lines)).RootElement.GetProperty("msg").GetString());
    }

    private void Apply(string changed, params string[] flags)
    {
        ConfigurationResult result = ConfigurationLoader.Load(flags, new Hashtable(), _ => TextReader.Null);
        Assert.Empty(result.Errors);
        LiveSettings.Apply(changed.Split(','), result.Options, new LiveParts(_batcher, _admission, _quota), _logs);
    }
}
