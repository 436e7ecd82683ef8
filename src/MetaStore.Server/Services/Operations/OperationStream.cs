using Google.Protobuf.Collections;
using Grpc.Core;
using MetaStore.Protocol.V1;
using Kind = MetaStore.Protocol.V1.KvOperation.OperationOneofCase;

namespace MetaStore.Server.Services.Operations;

/// <summary>The open operations of one stream.</summary>
/// <remarks>
/// One flow of control starts operations, <see cref="ResultSender"/> sends. At most <see cref="OpenMost"/> operations have no sent result: the next
/// one is not started, so the stream is not read, and HTTP/2 flow control stops the client.
/// </remarks>
internal sealed class OperationStream : IDisposable
{
    /// <summary>Operations of one stream whose results are not sent.</summary>
    public const int OpenMost = 1024;

    /// <summary>Charged to the response budget for each stream: about what the results of so many writes take while they wait. Large results are charged for themselves.</summary>
    public const int MemoryBytes = OpenMost * 512;

    private readonly OperationRunner _runner;
    private readonly CancellationTokenSource _end;
    private readonly SemaphoreSlim _places = new(OpenMost, OpenMost);
    private readonly ResultSender _sender;
    private readonly Lock _gate = new();
    private readonly Stack<PutOperation> _spare = new();

    /// <param name="runner">Runs one operation.</param>
    /// <param name="responses">Takes the results.</param>
    /// <param name="end">Cancelled here when the client does not read any more: then nothing more of it is read.</param>
    /// <param name="metrics">Counts messages.</param>
    public OperationStream(OperationRunner runner, IServerStreamWriter<OperationsResponse> responses, CancellationTokenSource end, OperationMetrics metrics)
    {
        _runner = runner;
        _end = end;
        _sender = new ResultSender(responses, end, count => _places.Release(count), metrics);
    }

    /// <summary>Completes when the last result is sent after <see cref="Complete"/>; fails when the stream has to end.</summary>
    public Task Ended => _sender.Ended;

    /// <summary>Operations without a result, and results that are not sent.</summary>
    public (int Open, int Unsent) Counts => _sender.Counts;

    /// <summary>Starts the operations of a message, each as soon as there is a place for it. What they propose leaves together.</summary>
    public async ValueTask StartAsync(RepeatedField<KvOperation> operations, CancellationToken stop)
    {
        bool isBurst = false;
        try
        {
            for (int i = 0; i < operations.Count; i++)
            {
                bool isPut = operations[i].OperationCase == Kind.Put;
                Task place = _places.WaitAsync(stop);
                if (isBurst && !(isPut && place.IsCompletedSuccessfully))
                {
                    // Puts do not wait for a place, nor for reads that run right here.
                    isBurst = false;
                    _runner.Kv.EndBurst();
                }

                await place;
                isBurst |= isPut;
                Start(operations[i]);
            }
        }
        finally
        {
            if (isBurst)
            {
                _runner.Kv.EndBurst();
            }
        }
    }

    /// <summary>No more operations are started: sending ends with the last result.</summary>
    public void Complete() => _sender.Complete();

    /// <summary>An operation has its result.</summary>
    public void Add(in FinishedOperation finished) => _sender.Add(finished);

    /// <summary>Takes back the object of a put.</summary>
    public void Return(PutOperation spare)
    {
        lock (_gate)
        {
            _spare.Push(spare);
        }
    }

    /// <summary>Call it when <see cref="Ended"/> is completed.</summary>
    public void Dispose() => _places.Dispose();

    private void Start(KvOperation operation)
    {
        _sender.Open();
        if (operation.OperationCase == Kind.Put)
        {
            PutOperation put = Rent();
            if (put.TryBegin(operation))
            {
                return;
            }

            put.Reuse();
        }

        _ = RunAsync(operation);
    }

    private PutOperation Rent()
    {
        lock (_gate)
        {
            return _spare.TryPop(out PutOperation? spare) ? spare : new PutOperation(_runner, this);
        }
    }

    /// <summary>The runner does not throw; if it does, the call ends.</summary>
    private async Task RunAsync(KvOperation operation)
    {
        try
        {
            Add(await _runner.RunAsync(operation));
        }
        catch (Exception failure)
        {
            await _end.CancelAsync();
            _sender.Fail(failure);
        }
    }
}
