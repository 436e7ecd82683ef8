using System.Diagnostics;
using System.Runtime.CompilerServices;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Auth;
using MetaStore.Server.Budgets;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Proposals;
using MetaStore.Server.Quota;
using MetaStore.Server.Reads;
using MetaStore.Server.Services.Mapping;
using MetaStore.Server.Services.Ranges;
using MetaStore.Server.Services.Slow;
using MetaStore.Server.Validation;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Writing;

namespace MetaStore.Server.Services;

/// <summary>etcdserverpb.KV: translates requests and responses and decides nothing (stage 1 of a write and of a read).</summary>
/// <remarks>The checks are in etcd's order: quota, request, size, then proposal or ReadIndex, then the result of applying.</remarks>
internal sealed class KvService(
    Proposer proposer, ReadDispatcher reads, ReplicatedStateMachine machine, SpaceQuota quota, ResponseHeaders headers, ResponseRoom room, LimitOptions limits,
    SlowReads slow, CallAuth auth) : KV.KVBase
{
    private static readonly TimeSpan CompactionPoll = TimeSpan.FromMilliseconds(10);

    private readonly MvccReader _reader = machine.Reader;
    private readonly RangeCalls _ranges = new(reads, machine, headers, room, slow, auth);
    private readonly RangeStreaming _streaming = new(machine.Reader, headers, room, (int)limits.MaxRequestBytes, auth);

    public override async Task<PutResponse> Put(PutRequest request, ServerCallContext context)
    {
        ServerCall call = ServerCall.Of(context);
        if (!TryBeginPut(request, call, out BegunProposal begun))
        {
            return await AnswerPutAsync(call, proposer.ProposeAsync(Requests.ToCommand(request), call));
        }

        ProposalOutcome outcome = await begun.Outcome;
        return proposer.TryEnd(call, ref begun, ref outcome)
            ? AnswerPut(call, outcome)
            : await AnswerPutAsync(call, ContinuePutAsync(request, call, begun));
    }

    /// <summary>A frame of its own: outcomes are large, and <see cref="Put"/> seldom needs this.</summary>
    private async Task<PutResponse> AnswerPutAsync(ServerCall call, ValueTask<ProposalOutcome> outcome) => AnswerPut(call, await outcome);

    private PutResponse AnswerPut(ServerCall call, in ProposalOutcome outcome)
    {
        var response = new PutResponse { Header = new ResponseHeader() };
        AnswerPut(call, outcome, response);
        return response;
    }

    /// <summary>Checks a put and begins it: see <see cref="Proposer.TryBegin"/>.</summary>
    /// <exception cref="RpcException">It is refused.</exception>
    public bool TryBeginPut(PutRequest request, ServerCall call, out BegunProposal begun, bool isBurst = false)
    {
        PutCommand command = Requests.ToCommand(request);
        ServerError error = quota.Check(QuotaCost.Of(command));
        error = error == ServerError.None ? PutValidator.Check(request) : error;
        return error == ServerError.None ? proposer.TryBegin(command, call, out begun, isBurst) : throw StatusMap.Exception(error);
    }

    /// <summary>See <see cref="Proposer.TryEnd"/>.</summary>
    public bool TryEndPut(ServerCall call, ref BegunProposal begun, ref ProposalOutcome outcome) => proposer.TryEnd(call, ref begun, ref outcome);

    /// <summary>See <see cref="Proposer.EndBurst"/>.</summary>
    public void EndBurst() => proposer.EndBurst();

    /// <summary>See <see cref="Proposer.ContinueAsync"/>.</summary>
    public ValueTask<ProposalOutcome> ContinuePutAsync(PutRequest request, ServerCall call, in BegunProposal begun) =>
        proposer.ContinueAsync(Requests.ToCommand(request), call, begun);

    /// <summary>Fills the response to a put.</summary>
    /// <param name="call">Holds what is held until the response is sent.</param>
    /// <param name="outcome">Of the proposal.</param>
    /// <param name="response">With an empty header.</param>
    /// <exception cref="RpcException">The put failed.</exception>
    public void AnswerPut(ServerCall call, in ProposalOutcome outcome, PutResponse response)
    {
        ThrowIfFailed(call, outcome);
        headers.Fill(response.Header, outcome.Result.Revision);
        if (outcome.Result.PrevKvs is { Count: > 0 } before)
        {
            response.PrevKv = Responses.ToWire(before[0]);
        }
    }

    public override Task<RangeResponse> Range(RangeRequest request, ServerCallContext context) => _ranges.MessageAsync(request, ServerCall.Of(context));

    /// <summary>As <see cref="Range"/>, for calls over the network.</summary>
    public Task<EncodedResponse> RangeEncoded(RangeRequest request, ServerCallContext context) => _ranges.EncodedAsync(request, ServerCall.Of(context));

    public override async Task RangeStream(RangeRequest request, IServerStreamWriter<RangeStreamResponse> responses, ServerCallContext context)
    {
        Status refused = RangeStreamValidator.Check(request);
        if (!refused.IsOK())
        {
            throw new RpcException(refused);
        }

        if (request.CountOnly || request.RangeEnd.IsEmpty)
        {
            await responses.WriteAsync(new RangeStreamResponse { RangeResponse = await Range(request, context) });
        }
        else
        {
            ServerError error = request.Serializable ? ServerError.None : await reads.ConfirmAsync();
            if (error != ServerError.None)
            {
                throw StatusMap.Exception(error);
            }

            ServerCall call = ServerCall.Of(context);
            await auth.ArriveAsync(call);
            await _streaming.RunAsync(request, responses, call);
        }
    }

    public override async Task<DeleteRangeResponse> DeleteRange(DeleteRangeRequest request, ServerCallContext context)
    {
        ServerError error = DeleteRangeValidator.Check(request);
        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }

        ServerCall call = ServerCall.Of(context);
        ProposalOutcome outcome = await proposer.ProposeAsync(Requests.ToCommand(request), call);
        ThrowIfFailed(call, outcome);

        var response = new DeleteRangeResponse { Header = headers.At(outcome.Result.Revision), Deleted = outcome.Result.Deleted };
        Responses.Fill(response.PrevKvs, outcome.Result.PrevKvs);
        return response;
    }

    public override async Task<TxnResponse> Txn(TxnRequest request, ServerCallContext context)
    {
        ServerError error = TxnValidator.Check(request, limits.MaxTxnOps);
        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }

        TxnCommand command = Requests.ToCommand(request);
        if (command.IsReadOnly)
        {
            return await ReadOnlyTxnAsync(request, command, ServerCall.Of(context));
        }

        error = quota.Check(QuotaCost.Of(command));
        if (error != ServerError.None)
        {
            throw StatusMap.Exception(error);
        }

        ServerCall call = ServerCall.Of(context);
        ProposalOutcome outcome = await proposer.ProposeAsync(command, call);
        ThrowIfFailed(call, outcome);

        var response = new TxnResponse { Header = headers.At(outcome.Result.Revision) };
        Responses.Fill(response, outcome.Result.Txn!);
        return response;
    }

    public override async Task<CompactionResponse> Compact(CompactionRequest request, ServerCallContext context)
    {
        ServerCall call = ServerCall.Of(context);
        ProposalOutcome outcome = await proposer.ProposeAsync(new CompactCommand { Revision = request.Revision }, call);
        ThrowIfFailed(call, outcome);

        while (request.Physical && machine.CompactionDone < request.Revision)
        {
            await Task.Delay(CompactionPoll, context.CancellationToken);
        }

        return new CompactionResponse { Header = headers.At(outcome.Result.Revision) };
    }

    private async ValueTask<TxnResponse> ReadOnlyTxnAsync(TxnRequest request, TxnCommand command, ServerCall call)
    {
        long startedAt = Stopwatch.GetTimestamp();
        if (!Requests.IsSerializable(request))
        {
            ServerError error = await reads.ConfirmAsync(call);
            if (error != ServerError.None)
            {
                throw StatusMap.Exception(error);
            }
        }

        await auth.ArriveAsync(call);
        long readAt = Stopwatch.GetTimestamp();
        TxnResponse response = await room.ReadAsync(call, share => Read(command, call, share));
        long endedAt = slow.OnRead(call, startedAt, readAt);
        slow.Look(Stopwatch.GetElapsedTime(startedAt, endedAt), request, response);
        return response;
    }

    private TxnResponse? Read(TxnCommand command, ServerCall call, AnswerMeter meter)
    {
        using ReadTxn txn = _reader.OpenRead();
        if (txn.Auth.IsEnabled)
        {
            ServerError error = auth.Admit(call, txn.Auth, asAdministrator: false, out UserRights rights);
            error = error == ServerError.None && !CommandRights.MayRun(rights, command, machine.Leases) ? ServerError.PermissionDenied : error;
            if (error != ServerError.None)
            {
                throw StatusMap.Exception(error);
            }
        }

        ErrorCode refused = txn.Txn(command, out TxnResult? result, meter);
        if (meter.IsClosed)
        {
            return null;
        }

        if (refused != ErrorCode.None)
        {
            throw StatusMap.Exception(refused);
        }

        var response = new TxnResponse { Header = headers.At(txn.Revision) };
        Responses.Fill(response, result!);
        return response;
    }

    private void ThrowIfFailed(ServerCall call, in ProposalOutcome outcome)
    {
        ServerError error = outcome.Error == ServerError.None ? StatusMap.Of(outcome.Result.Error) : outcome.Error;
        if (error != ServerError.None)
        {
            outcome.Share?.Dispose();
            throw StatusMap.Exception(error);
        }

        room.Hold(call, outcome);
    }
}
