using System.Diagnostics;
using Grpc.Core;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Server.Calls;
using MetaStore.Server.Proposals;
using Kind = MetaStore.Protocol.V1.KvOperation.OperationOneofCase;

namespace MetaStore.Server.Services.Operations;

/// <summary>A put of a stream that is proposed without waiting: no task, no asynchronous frame, and one object with its result for many puts in turn.</summary>
/// <remarks>One flow of control at a time: that of the stream until the put is in the batcher, then the one that completes its proposal.</remarks>
/// <param name="runner">Of the stream.</param>
/// <param name="target">Receives the result.</param>
internal sealed class PutOperation(OperationRunner runner, OperationStream target) : ServerCall
{
    private readonly KvResult _result = new() { Put = new PutResponse { Header = new ResponseHeader() } };
    private Action? _onApplied;
    private KvOperation? _operation;
    private TimeSpan? _timeout;
    private long _startedAt;
    private BegunProposal _begun;

    /// <inheritdoc/>
    public override string Method => OperationRunner.PathOf(Kind.Put);

    /// <inheritdoc/>
    public override string Peer => runner.Peer;

    /// <inheritdoc/>
    public override string? CommonName => runner.Stream.CommonName;

    /// <inheritdoc/>
    public override KnownIdentity? Known => runner.Known;

    /// <inheritdoc/>
    public override ConnectionCredits Credits => runner.Stream.Credits;

    /// <inheritdoc/>
    public override TimeSpan? Timeout => _timeout;

    /// <inheritdoc/>
    public override CancellationToken CancellationToken => runner.Cancelled;

    private KvOperation Operation => _operation ?? throw new InvalidOperationException("the operation has not begun");

    /// <inheritdoc/>
    public override string? RequestHeader(string name) => runner.Stream.RequestHeader(name);

    /// <inheritdoc/>
    public override void Abort() => runner.Stream.Abort();

    /// <summary>Begins a put. The result follows, on this or another thread, unless this returns false: then nothing has happened, and the put must be run otherwise.</summary>
    public bool TryBegin(KvOperation operation)
    {
        _operation = operation;
        _timeout = OperationRunner.TimeoutOf(operation);
        _startedAt = Stopwatch.GetTimestamp();
        if (!runner.Stream.TryOpenOperation())
        {
            Start();
            Finish(OperationRunner.ErrorOf(operation, CallStatuses.TooManyRequests), CallStatuses.TooManyRequests);
            return true;
        }

        bool isBegun;
        try
        {
            isBegun = runner.Kv.TryBeginPut(operation.Put, this, out _begun, isBurst: true);
        }
        catch (Exception failed)
        {
            // An operation that fails must not end the others.
            Start();
            End(null, failed);
            return true;
        }

        if (!isBegun)
        {
            runner.Stream.CloseOperation();
            return false;
        }

        Start();
        ProposalWait wait = _begun.Outcome;
        if (wait.IsCompleted)
        {
            OnApplied();
        }
        else
        {
            // From here on another thread may have it.
            wait.UnsafeOnCompleted(_onApplied ??= OnApplied);
        }

        return true;
    }

    /// <summary>The result is sent: the object can begin another put.</summary>
    public void Reuse()
    {
        _operation = null;
        _begun = default;
        Stages = null;
        User = null;
        _result.Put.PrevKv = null;
        target.Return(this);
    }

    private void Start()
    {
        runner.Counts?.OnStarted(Kind.Put, this, Operation.Traceparent);
        if (Span is not null)
        {
            // What the stream does next is no part of this put.
            Activity.Current = null;
        }
    }

    private void OnApplied()
    {
        ProposalOutcome outcome = _begun.Outcome.GetResult();
        if (runner.Kv.TryEndPut(this, ref _begun, ref outcome))
        {
            End(outcome, null);
        }
        else
        {
            _ = ContinueAsync();
        }
    }

    /// <summary>It was not proposed: it waits for a leader, as the call would.</summary>
    private async Task ContinueAsync()
    {
        ProposalOutcome? outcome = null;
        Exception? failure = null;
        try
        {
            outcome = await runner.Kv.ContinuePutAsync(Operation.Put, this, _begun);
        }
        catch (Exception failed)
        {
            failure = failed;
        }

        End(outcome, failure);
    }

    /// <summary>The operation has an outcome, or it failed before.</summary>
    private void End(in ProposalOutcome? outcome, Exception? failure)
    {
        Status status = Status.DefaultSuccess;
        KvResult result = _result;
        try
        {
            _result.Id = Operation.Id;
            runner.Kv.AnswerPut(this, outcome ?? throw failure!, _result.Put);
        }
        catch (Exception failed)
        {
            ReleaseHold();
            status = runner.Stream.StatusOf(failed);
            result = OperationRunner.ErrorOf(Operation, status);
        }

        runner.Stream.CloseOperation();
        Finish(result, status);
    }

    private void Finish(KvResult result, Status status)
    {
        runner.Counts?.OnEnded(Kind.Put, this, Operation.Put, result.Put, status, Stopwatch.GetElapsedTime(_startedAt));
        target.Add(new FinishedOperation(result, this));
    }
}
