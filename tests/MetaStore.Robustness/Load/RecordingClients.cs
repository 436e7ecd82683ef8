using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Simulation.Checkers;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Load;

/// <summary>Clients that put, compare-and-swap, delete and read a few keys, each one call at a time on one member, and record the results.</summary>
/// <remarks>
/// The keys change every few hundred calls: calls conflict often, and each key's history stays short enough for the search. Calls are not
/// retried; after every error except "no space" it is unknown whether the call took effect. Thread: each client is one task.
/// </remarks>
internal sealed class RecordingClients : IAsyncDisposable
{
    private const int CallsPerEpoch = 400;
    private const int Keys = 6;

    private readonly IMemberCalls[] _members;
    private readonly ConcurrentQueue<Operation>[] _histories;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _clients;
    private readonly TimeSpan _pause;
    private long _calls;
    private long _written;

    /// <param name="members">The members to call.</param>
    /// <param name="security">What they demand.</param>
    /// <param name="clients">Number of clients, each with one call in flight.</param>
    /// <param name="pause">Mean time between two calls of a client.</param>
    /// <param name="stream">Calls are operations of a stream.</param>
    public RecordingClients(IEnumerable<Uri> members, ClusterSecurity security, int clients, TimeSpan pause, bool stream = false)
    {
        _pause = pause;
        _members = [.. members.Select(member => stream ? (IMemberCalls)new StreamCalls(member, security) : new ClientCalls(member, security))];
        _histories = [.. Enumerable.Range(0, clients).Select(_ => new ConcurrentQueue<Operation>())];
        _clients = [.. Enumerable.Range(0, clients).Select(client => Task.Run(() => ActAsync(client)))];
    }

    /// <summary>Calls started.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Streams of operations opened so far.</summary>
    public int Streams => _members.OfType<StreamCalls>().Sum(member => member.Streams);

    /// <summary>Acknowledged writes.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>All completed calls.</summary>
    public IReadOnlyList<Operation> History => [.. _histories.SelectMany(history => history)];

    /// <summary>Waits for an acknowledged write that was started after a given time.</summary>
    /// <param name="moment">A <see cref="Stopwatch"/> timestamp.</param>
    /// <param name="limit">The longest wait.</param>
    /// <returns>Time from <paramref name="moment"/> to the first such acknowledgement.</returns>
    public async Task<TimeSpan> WrittenAfterAsync(long moment, TimeSpan limit)
    {
        long first = long.MaxValue;
        await Eventually.TrueAsync(
            () =>
            {
                foreach (ConcurrentQueue<Operation> history in _histories)
                {
                    foreach (Operation operation in history.Reverse().TakeWhile(operation => operation.Return > moment))
                    {
                        if (operation is { IsRead: false, Outcome: Outcome.Done } && operation.Call > moment)
                        {
                            first = Math.Min(first, operation.Return);
                        }
                    }
                }

                return first != long.MaxValue;
            },
            limit,
            () => $"no write is acknowledged ({Written} were before)");
        return Stopwatch.GetElapsedTime(moment, first);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Array.ForEach(_members, member => member.Dispose());
        _stop.Dispose();
    }

    private async Task ActAsync(int client)
    {
        var random = new Random(client);
        int member = client % _members.Length;
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        while (!_stop.IsCancellationRequested)
        {
            long number = Interlocked.Increment(ref _calls);
            string key = $"{number / CallsPerEpoch:d6}/{random.Next(Keys)}";
            Operation operation = await CallAsync(_members[member], client, random, key, $"v{number}", seen);
            _histories[client].Enqueue(operation);
            if (operation is { IsRead: false, Outcome: Outcome.Done })
            {
                Interlocked.Increment(ref _written);
            }

            if (operation.Outcome == Outcome.Unknown)
            {
                member = random.Next(_members.Length);
            }

            await Task.Delay(_pause * (2 * random.NextDouble()));
        }
    }

    private static Task<Operation> CallAsync(IMemberCalls member, int client, Random random, string key, string value, Dictionary<string, long> seen) =>
        random.Next(100) switch
        {
            < 40 => PutAsync(member, client, key, value),
            < 50 => DeleteAsync(member, client, key),
            < 65 => SwapAsync(member, client, key, value, seen),
            _ => ReadAsync(member, client, key, seen),
        };

    private static Task<Operation> PutAsync(IMemberCalls member, int client, string key, string value) => RecordAsync(
        New(client, Put(key, value), default),
        async operation =>
        {
            PutResponse answer = await member.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) });
            operation.Revision = answer.Header.Revision;
            operation.Answer = AnswerText.Put(operation.Revision, null);
        });

    private static Task<Operation> DeleteAsync(IMemberCalls member, int client, string key) => RecordAsync(
        New(client, new DeleteRangeCommand { Key = Bytes(key) }, default),
        async operation =>
        {
            DeleteRangeResponse answer = await member.DeleteAsync(new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) });
            operation.Revision = answer.Header.Revision;
            operation.Answer = AnswerText.Delete(operation.Revision, answer.Deleted, null);
        });

    private static Task<Operation> ReadAsync(IMemberCalls member, int client, string key, Dictionary<string, long> seen) => RecordAsync(
        New(client, null, new RangeQuery { Key = Bytes(key) }),
        async operation => Read(operation, key, await member.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8(key) }), seen));

    // Compare and swap: recorded as a write when it succeeds, as a read when the comparison fails.
    private static async Task<Operation> SwapAsync(IMemberCalls member, int client, string key, string value, Dictionary<string, long> seen)
    {
        ByteString name = ByteString.CopyFromUtf8(key);
        var request = new TxnRequest();
        request.Compare.Add(new Compare
        {
            Key = name,
            Target = Compare.Types.CompareTarget.Mod,
            Result = Compare.Types.CompareResult.Equal,
            ModRevision = seen.GetValueOrDefault(key),
        });
        request.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = name, Value = ByteString.CopyFromUtf8(value) } });
        request.Failure.Add(new RequestOp { RequestRange = new RangeRequest { Key = name } });
        Operation? read = null;
        Operation write = await RecordAsync(
            New(client, Put(key, value), default),
            async operation =>
            {
                TxnResponse answer = await member.TxnAsync(request);
                operation.Revision = answer.Header.Revision;
                operation.Answer = AnswerText.Put(operation.Revision, null);
                if (!answer.Succeeded)
                {
                    read = new Operation { Client = client, Session = 0, Query = new RangeQuery { Key = Bytes(key) }, Call = operation.Call, Outcome = Outcome.Done };
                    Read(read, key, answer.Responses[0].ResponseRange, seen);
                    read.Revision = answer.Header.Revision;
                }
            });
        if (read is not null)
        {
            read.Return = write.Return;
        }

        return read ?? write;
    }

    private static void Read(Operation operation, string key, RangeResponse answer, Dictionary<string, long> seen)
    {
        seen[key] = answer.Kvs.Count > 0 ? answer.Kvs[0].ModRevision : 0;
        operation.Revision = answer.Header?.Revision ?? 0;
        operation.Answer = AnswerText.Range(answer.Count, answer.Kvs.Select(pair => AnswerText.Pair(
            pair.Key.ToStringUtf8(), pair.Value.ToStringUtf8(), pair.CreateRevision, pair.ModRevision, pair.Version)));
    }

    private static async Task<Operation> RecordAsync(Operation operation, Func<Operation, Task> call)
    {
        try
        {
            await call(operation);
            operation.Outcome = Outcome.Done;
        }
        catch (RpcException refused) when (refused.Status.Detail.EndsWith("database space exceeded", StringComparison.Ordinal))
        {
            operation.Outcome = Outcome.Failed;
        }
        catch (RpcException)
        {
            // The call may have taken effect, or may still do so.
        }

        operation.Return = Stopwatch.GetTimestamp();
        return operation;
    }

    private static Operation New(int client, ICommand? command, RangeQuery query) =>
        new() { Client = client, Session = 0, Command = command, Query = query, Call = Stopwatch.GetTimestamp() };

    private static PutCommand Put(string key, string value) => new() { Key = Bytes(key), Value = Bytes(value) };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
