using System.Diagnostics;
using System.Runtime.CompilerServices;
using MetaStore.Protocol.Etcd;
using MetaStore.Grpc;
using MetaStore.Server.Budgets;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Proposing;
using MetaStore.Server.Reads;
using MetaStore.Server.Validation;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Writing;

namespace MetaStore.Server.Api;

/// <summary>etcdserverpb.KV: requests in, responses out; decides nothing (stage 1 of a write and of a read).</summary>
/// <remarks>The order of checks is etcd's: quota, request, size, then proposal or ReadIndex, then what applying says.</remarks>
internal sealed class KvService(
    Proposer proposer, ReadDispatcher reads, ReplicatedStateMachine machine, SpaceQuota quota, ResponseHeaders headers, ResponseRoom room, LimitOptions limits,
    SlowReads slow)
{
    /// <summary>Pairs up to this size are not counted.</summary>
    private const int SmallPairBytes = (int)ResponseShare.FreeBytes / ResponseBudget.CostPerByte;

    private static readonly TimeSpan CompactionPoll = TimeSpan.FromMilliseconds(10);

    private readonly MvccReader _reader = machine.Reader;
    private readonly RangeStreaming _streaming = new(machine.Reader, headers, room, (int)limits.MaxRequestBytes);

    // What else a learner does not serve, the call's gate refuses; it does not see whether a range is serializable.
    private bool IsLearner => machine.Members.Find(headers.MemberId) is { IsLearner: true };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<PutResponse> Put(PutRequest request, CallContext context)
    {
        PutCommand command = Requests.ToCommand(request);
        ServerError error = quota.Check(QuotaCost.Of(command));
        error = error == ServerError.None ? PutValidator.Check(request) : error;
        if (error != ServerError.None)
        {
            return Fail<PutResponse>(context, error);
        }

        ProposalOutcome outcome = await proposer.ProposeAsync(command, context);
        if (!Succeeded(context, outcome))
        {
            return null!;
        }

        var response = new PutResponse { Header = headers.At(outcome.Result.Revision) };
        if (outcome.Result.PrevKvs is { Count: > 0 } before)
        {
            response.PrevKv = Responses.ToWire(before[0]);
        }

        return response;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RangeResponse> Range(RangeRequest request, CallContext context)
    {
        long startedAt = Stopwatch.GetTimestamp();
        ServerError error = !request.Serializable && IsLearner ? ServerError.NotSupportedForLearner : RangeValidator.Check(request);
        if (error == ServerError.None && !request.Serializable)
        {
            error = await reads.ConfirmAsync(context);
        }

        if (error != ServerError.None)
        {
            return Fail<RangeResponse>(context, error);
        }

        RangeResponse? response = request.RangeEnd.IsEmpty
            ? Read(request, context, AnswerMeter.Unlimited)
            : await room.ReadAsync(context, share => Read(request, context, share));
        if (response is not null)
        {
            slow.Look(startedAt, request, response);
        }

        return response!;
    }

    private RangeResponse? Read(RangeRequest request, CallContext context, AnswerMeter meter)
    {
        long readAt = Stopwatch.GetTimestamp();
        using ReadTxn txn = _reader.OpenRead();
        RangeResult result = txn.Range(Requests.ToQuery(request), meter);
        if (meter.IsClosed)
        {
            return null;
        }

        slow.OnRange(readAt, result.Error == ErrorCode.None);
        if (result.Error != ErrorCode.None)
        {
            return Fail<RangeResponse>(context, StatusMap.Of(result.Error));
        }

        // A single pair is counted when it is there: it is never larger than a request.
        if (request.RangeEnd.IsEmpty && result.Kvs.Count > 0 && result.Kvs[0].Encoded.Length > SmallPairBytes
            && !room.TryHold(context, result.Kvs[0].Encoded.Length))
        {
            return null;
        }

        var response = new RangeResponse { Header = headers.At(result.Revision) };
        Responses.Fill(response, result);
        return response;
    }

    public async ValueTask RangeStream(RangeRequest request, IResponseStream<RangeStreamResponse> responses, CallContext context)
    {
        Status refused = RangeStreamValidator.Check(request);
        if (!refused.IsOK)
        {
            context.Fail(refused);
        }
        else if (request.CountOnly || request.RangeEnd.IsEmpty)
        {
            RangeResponse answer = await Range(request, context);
            if (answer is not null)
            {
                await responses.WriteAsync(new RangeStreamResponse { RangeResponse = answer });
            }
        }
        else
        {
            ServerError error = request.Serializable ? ServerError.None : await reads.ConfirmAsync();
            if (error != ServerError.None)
            {
                context.Fail(StatusMap.Of(error));
                return;
            }

            await _streaming.RunAsync(request, responses, context);
        }
    }

    public async ValueTask<DeleteRangeResponse> DeleteRange(DeleteRangeRequest request, CallContext context)
    {
        ServerError error = DeleteRangeValidator.Check(request);
        if (error != ServerError.None)
        {
            return Fail<DeleteRangeResponse>(context, error);
        }

        ProposalOutcome outcome = await proposer.ProposeAsync(Requests.ToCommand(request), context);
        if (!Succeeded(context, outcome))
        {
            return null!;
        }

        var response = new DeleteRangeResponse { Header = headers.At(outcome.Result.Revision), Deleted = outcome.Result.Deleted };
        Responses.Fill(response.PrevKvs, outcome.Result.PrevKvs);
        return response;
    }

    public async ValueTask<TxnResponse> Txn(TxnRequest request, CallContext context)
    {
        ServerError error = TxnValidator.Check(request, limits.MaxTxnOps);
        if (error != ServerError.None)
        {
            return Fail<TxnResponse>(context, error);
        }

        TxnCommand command = Requests.ToCommand(request);
        if (command.IsReadOnly)
        {
            return await ReadOnlyTxnAsync(request, command, context);
        }

        error = quota.Check(QuotaCost.Of(command));
        if (error != ServerError.None)
        {
            return Fail<TxnResponse>(context, error);
        }

        ProposalOutcome outcome = await proposer.ProposeAsync(command, context);
        if (!Succeeded(context, outcome))
        {
            return null!;
        }

        var response = new TxnResponse { Header = headers.At(outcome.Result.Revision) };
        Responses.Fill(response, outcome.Result.Txn!);
        return response;
    }

    public async ValueTask<CompactionResponse> Compact(CompactionRequest request, CallContext context)
    {
        ProposalOutcome outcome = await proposer.ProposeAsync(new CompactCommand { Revision = request.Revision }, context);
        if (!Succeeded(context, outcome))
        {
            return null!;
        }

        while (request.Physical && machine.CompactionDone < request.Revision)
        {
            await Task.Delay(CompactionPoll, context.CancellationToken);
        }

        return new CompactionResponse { Header = headers.At(outcome.Result.Revision) };
    }

    private async ValueTask<TxnResponse> ReadOnlyTxnAsync(TxnRequest request, TxnCommand command, CallContext context)
    {
        long startedAt = Stopwatch.GetTimestamp();
        if (!Requests.IsSerializable(request))
        {
            ServerError error = await reads.ConfirmAsync(context);
            if (error != ServerError.None)
            {
                return Fail<TxnResponse>(context, error);
            }
        }

        TxnResponse? response = await room.ReadAsync(context, share => Read(command, context, share));
        if (response is not null)
        {
            slow.Look(startedAt, request, response);
        }

        return response!;
    }

    private TxnResponse? Read(TxnCommand command, CallContext context, AnswerMeter meter)
    {
        using ReadTxn txn = _reader.OpenRead();
        ErrorCode refused = txn.Txn(command, out TxnResult? result, meter);
        if (meter.IsClosed)
        {
            return null;
        }

        if (refused != ErrorCode.None)
        {
            return Fail<TxnResponse>(context, StatusMap.Of(refused));
        }

        var response = new TxnResponse { Header = headers.At(txn.Revision) };
        Responses.Fill(response, result!);
        return response;
    }

    private bool Succeeded(CallContext context, in ProposalOutcome outcome)
    {
        ServerError error = outcome.Error == ServerError.None ? StatusMap.Of(outcome.Result.Error) : outcome.Error;
        if (error == ServerError.None)
        {
            return room.TryHold(context, outcome);
        }

        outcome.Share?.Dispose();
        context.Fail(StatusMap.Of(error));
        return false;
    }

    /// <summary>Ends the call with a status; the response is not looked at then.</summary>
    private static T Fail<T>(CallContext context, ServerError error)
        where T : class
    {
        context.Fail(StatusMap.Of(error));
        return null!;
    }
}
