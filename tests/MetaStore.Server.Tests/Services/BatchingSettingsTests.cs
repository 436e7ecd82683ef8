using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MetaStore.Batching;
using MetaStore.Protocol.V1;
using MetaStore.Server.Calls;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Services;
using MetaStore.Testing;
using Settings = MetaStore.Batching.Settings;

namespace MetaStore.Server.Tests.Services;

/// <summary>metastore.v1.Batching: numbers that no client of ours sends change nothing, and are refused as what they are.</summary>
public sealed class BatchingSettingsTests : IDisposable, IServerStreamWriter<WatchBatchingResponse>
{
    private readonly ProposalBatcher _batcher = new(1, new Settings.BatchSettings(), _ => false, new FakeTimeProvider());
    private readonly MetaStore.Batching.Admission.ProposalAdmission _admission = new(new MetaStore.Batching.Admission.AdmissionSettings(), new FakeTimeProvider(), () => 0);
    private readonly BatchingService _service;
    private readonly CancellationTokenSource _stop = new();
    private WatchBatchingResponse? _shown;

    public BatchingSettingsTests() => _service = new BatchingService(_batcher, _admission, new StageWindow(), memberId: 7);

    public WriteOptions? WriteOptions { get; set; }

    public static TheoryData<bool, string> Numbers
    {
        get
        {
            var rows = new TheoryData<bool, string>();
            foreach (FieldDescriptor number in BatchSettings.Descriptor.Fields.InDeclarationOrder().Where(IsNumber))
            {
                rows.Add(false, number.Name);
            }

            foreach (FieldDescriptor number in AdmissionSettings.Descriptor.Fields.InDeclarationOrder().Where(IsNumber))
            {
                rows.Add(true, number.Name);
            }

            return rows;
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _batcher.Dispose();
        _admission.Dispose();
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Set_ANumberAtEitherEnd_IsInvalid_AndChangesNothing(bool isOfAdmission, string field)
    {
        foreach (bool isLargest in new[] { false, true })
        {
            var request = new SetBatchingRequest();
            IMessage changed = isOfAdmission ? request.Admission = new AdmissionSettings() : request.Settings = new BatchSettings();
            FieldDescriptor target = changed.Descriptor.FindFieldByName(field);
            target.Accessor.SetValue(changed, Extreme(target, isLargest));
            Settings.BatchSettings before = _batcher.Settings;
            AdmissionSettings credits = (await GetAsync()).AdmissionSettings;
            RpcException? refused = await Record.ExceptionAsync(() => _service.Set(request, Context())) as RpcException;
            Assert.True(refused is { StatusCode: StatusCode.InvalidArgument, Status.Detail.Length: > 0 }, $"{field}, largest: {isLargest}");
            Assert.Equal(before, _batcher.Settings);
            Assert.Equal(credits, (await GetAsync()).AdmissionSettings);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(256)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public async Task Set_AnUnknownMode_IsInvalid(int mode)
    {
        var request = new SetBatchingRequest { Admission = new AdmissionSettings { Mode = (AdmissionMode)mode } };
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => _service.Set(request, Context()));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.EndsWith("is unknown: use dynamic, fixed or adaptive", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_WithoutEither_AnswersWithWhatIsInForce()
    {
        SetBatchingResponse answer = await _service.Set(new SetBatchingRequest(), Context());
        GetBatchingResponse now = await GetAsync();
        Assert.Equal((now.Settings, now.AdmissionSettings, 7UL), (answer.Settings, answer.Admission, now.MemberId));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(99_999)]
    [InlineData(60_000_001)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public async Task Watch_AtAnIntervalOutOfRange_IsInvalid(long micros)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => _service.Watch(new WatchBatchingRequest { IntervalUs = micros }, this, Context()));
        Assert.Equal((StatusCode.InvalidArgument, "interval_us must be between 100 ms and 1 min, or 0"), (refused.StatusCode, refused.Status.Detail));
        Assert.Null(_shown);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(60_000_000)]
    public async Task Watch_ShowsTheFiguresAtOnce_UntilItIsCancelled(long micros)
    {
        Task watching = _service.Watch(new WatchBatchingRequest { IntervalUs = micros }, this, Context());
        Assert.Equal((7UL, (await GetAsync()).Settings), (_shown!.MemberId, _shown.Settings));
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    Task IAsyncStreamWriter<WatchBatchingResponse>.WriteAsync(WatchBatchingResponse message)
    {
        _shown = message;
        return Task.CompletedTask;
    }

    private static bool IsNumber(FieldDescriptor field) => field.FieldType is FieldType.Int32 or FieldType.Int64 or FieldType.Double;

    private static object Extreme(FieldDescriptor field, bool isLargest) => field.FieldType switch
    {
        FieldType.Int32 => (object)(isLargest ? int.MaxValue : int.MinValue),
        FieldType.Int64 => (object)(isLargest ? long.MaxValue : long.MinValue),
        _ => isLargest ? double.NaN : double.NegativeInfinity,
    };

    private Task<GetBatchingResponse> GetAsync() => _service.Get(new GetBatchingRequest(), Context());

    private LocalCallContext Context() => new("test", cancellationToken: _stop.Token);
}
