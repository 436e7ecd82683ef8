using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Load;

/// <summary>Every call is an operation of one stream of metastore.v1.Operations/Run, which is opened again when it breaks.</summary>
internal sealed class StreamCalls : IMemberCalls
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly GrpcChannel _channel;
    private readonly Lock _gate = new();
    private OpenOperations? _stream;
    private int _streams;

    /// <param name="member">Client URL.</param>
    /// <param name="security">What the member demands.</param>
    public StreamCalls(Uri member, ClusterSecurity security) => _channel = GrpcChannel.ForAddress(member, new GrpcChannelOptions
    {
        HttpHandler = security.CreateHandler(dialTimeout: TimeSpan.FromMilliseconds(300)),
        DisposeHttpClient = true,
    });

    /// <summary>Streams opened so far.</summary>
    public int Streams => Volatile.Read(ref _streams);

    public async Task<PutResponse> PutAsync(PutRequest request) => (await RunAsync(new KvOperation { Put = request })).Put;

    public async Task<DeleteRangeResponse> DeleteAsync(DeleteRangeRequest request) => (await RunAsync(new KvOperation { DeleteRange = request })).DeleteRange;

    public async Task<TxnResponse> TxnAsync(TxnRequest request) => (await RunAsync(new KvOperation { Txn = request })).Txn;

    public async Task<RangeResponse> RangeAsync(RangeRequest request) => (await RunAsync(new KvOperation { Range = request })).Range;

    public void Dispose()
    {
        _stream?.Dispose();
        _channel.Dispose();
    }

    private async Task<KvResult> RunAsync(KvOperation operation)
    {
        operation.TimeoutUs = (long)Patience.TotalMicroseconds;
        OpenOperations stream = Stream();
        KvResult result;
        try
        {
            result = await stream.RunAsync(operation).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            // The member or its network is gone: whatever else is open on the stream has no known outcome either.
            stream.Dispose();
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, "no result in time"));
        }

        return result.Error is { } error ? throw new RpcException(new Status((StatusCode)error.Code, error.Message)) : result;
    }

    private OpenOperations Stream()
    {
        lock (_gate)
        {
            if (_stream is not { IsOver: false })
            {
                _stream?.Dispose();
                _stream = new OpenOperations(new Operations.OperationsClient(_channel).Run());
                _streams++;
            }

            return _stream;
        }
    }
}
