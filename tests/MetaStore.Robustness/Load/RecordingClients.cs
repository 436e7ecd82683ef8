using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Simulation.Checkers;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.Testing;

namespace MetaStore.Robustness.Load;

/// <summary>Clients that write, swap, delete and read a few keys, each one call at a time at one member, and write down what they saw.</summary>
/// <remarks>
/// Keys change every few hundred calls: calls meet often, and still each key's history is short enough to be searched. No call is ever
/// made again; every error but "no space" leaves it open whether the call took effect. Thread: each client a task of its own.
/// </remarks>
internal sealed class RecordingClients : IAsyncDisposable
{
    private const int CallsPerEpoch = 400;
    private const int Keys = 6;

    private readonly MetaStoreClient[] _members;
    private readonly ConcurrentQueue<Operation>[] _histories;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _clients;
    private readonly TimeSpan _pause;
    private long _calls;
    private long _written;

    /// <param name="members">The members that are called.</param>
    /// <param name="clients">Calls in flight.</param>
    /// <param name="pause">Mean time between two calls of a client.</param>
    public RecordingClients(IEnumerable<Uri> members, int clients, TimeSpan pause)
    {
        _pause = pause;
        _members = [.. members.Select(member => new MetaStoreClient(new MetaStoreClientOptions
        {
            Endpoints = [member],
            CommandTimeout = TimeSpan.FromSeconds(2),
            DialTimeout = TimeSpan.FromMilliseconds(300),
        }))];
        _histories = [.. Enumerable.Range(0, clients).Select(_ => new ConcurrentQueue<Operation>())];
        _clients = [.. Enumerable.Range(0, clients).Select(client => Task.Run(() => ActAsync(client)))];
    }

    /// <summary>Calls begun.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Writes acknowledged.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Everything that was called and has ended.</summary>
    public IReadOnlyList<Operation> History => [.. _histories.SelectMany(history => history)];

    /// <summary>Waits for a write that was called after a moment and acknowledged.</summary>
    /// <param name="moment">A <see cref="Stopwatch"/> timestamp.</param>
    /// <param name="limit">For waiting.</param>
    /// <returns>Time from the moment to the first such acknowledgement.</returns>
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

    private static Task<Operation> CallAsync(MetaStoreClient member, int client, Random random, string key, string value, Dictionary<string, long> seen) =>
        random.Next(100) switch
        {
            < 40 => PutAsync(member, client, key, value),
            < 50 => DeleteAsync(member, client, key),
            < 65 => SwapAsync(member, client, key, value, seen),
            _ => ReadAsync(member, client, key, seen),
        };

    private static Task<Operation> PutAsync(MetaStoreClient member, int client, string key, string value) => RecordAsync(
        New(client, Put(key, value), default),
        async operation =>
        {
            PutResponse answer = await member.Kv.PutAsync(key, value);
            operation.Revision = answer.Header.Revision;
            operation.Answer = AnswerText.Put(operation.Revision, null);
        });

    private static Task<Operation> DeleteAsync(MetaStoreClient member, int client, string key) => RecordAsync(
        New(client, new DeleteRangeCommand { Key = Bytes(key) }, default),
        async operation =>
        {
            DeleteRangeResponse answer = await member.Kv.DeleteRangeAsync(new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) });
            operation.Revision = answer.Header.Revision;
            operation.Answer = AnswerText.Delete(operation.Revision, answer.Deleted, null);
        });

    private static Task<Operation> ReadAsync(MetaStoreClient member, int client, string key, Dictionary<string, long> seen) => RecordAsync(
        New(client, null, new RangeQuery { Key = Bytes(key) }),
        async operation => Read(operation, key, await member.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8(key) }), seen));

    // Compare and swap: one that swaps counts as the write it made, one that does not as the read it answered with.
    private static async Task<Operation> SwapAsync(MetaStoreClient member, int client, string key, string value, Dictionary<string, long> seen)
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
                TxnResponse answer = await member.Kv.TxnAsync(request);
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
            // It may have happened, and may still.
        }

        operation.Return = Stopwatch.GetTimestamp();
        return operation;
    }

    private static Operation New(int client, ICommand? command, RangeQuery query) =>
        new() { Client = client, Session = 0, Command = command, Query = query, Call = Stopwatch.GetTimestamp() };

    private static PutCommand Put(string key, string value) => new() { Key = Bytes(key), Value = Bytes(value) };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
