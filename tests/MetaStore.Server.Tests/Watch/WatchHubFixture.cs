using System.Text;
using Google.Protobuf;
using MetaStore.Engines.Memory;
using MetaStore.IO;
using MetaStore.Protocol.Etcd;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Auth;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Reads;
using MetaStore.Server.Services.Mapping;
using MetaStore.Server.Watch;
using MetaStore.Server.Watch.Sending;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Identities;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Watch;

/// <summary>A state machine with its watch hub and no server. What is published is delivered by the next request on a stream, or by <see cref="Deliver"/>.</summary>
internal sealed class WatchHubFixture : BackgroundWork, IDisposable
{
    public const ulong Cluster = 0xC1;
    public const ulong Member = 0x21;

    private readonly MemoryEngine _engine = new();
    private readonly Queue<IThreadPoolWorkItem> _queued = new();

    public WatchHubFixture(WatchOptions? options = null, long fragmentBytes = 1 << 20, bool judges = false)
    {
        Machine = new ReplicatedStateMachine(_engine);
        Headers = new ResponseHeaders(Cluster, Member, Progress);
        Dispatcher = new WatchDispatcher(Machine, options ?? new WatchOptions(), fragmentBytes, Headers, Time, this, new Random(1))
        {
            Logger = NullLogger.Instance,
            Auth = judges ? new CallAuth(Machine.Reader, new AppliedIndexWaiter(Time), () => 0, new TokenClock(TimeSpan.FromMinutes(5), Time)) : null,
        };
        SetTerm(3);
    }

    public ReplicatedStateMachine Machine { get; }

    public ResponseHeaders Headers { get; }

    public WatchDispatcher Dispatcher { get; }

    public FakeTimeProvider Time { get; } = new();

    /// <summary>Times that the hub asked for its turn and has not had it.</summary>
    public int Awaited => _queued.Count;

    private NodeProgress Progress { get; } = new();

    public static WatchCreateRequest Request(string key, string end = "", long id = 0, long start = 0) => new()
    {
        Key = ByteString.CopyFromUtf8(key),
        RangeEnd = ByteString.CopyFromUtf8(end),
        WatchId = id,
        StartRevision = start,
    };

    /// <summary>Everything queued on a stream, which counts as sent.</summary>
    public static List<WatchItem> Take(WatchStream stream)
    {
        List<WatchItem> items = [.. stream.Queue.Take()];
        stream.Queue.Release(items.Sum(item => (long)item.Cost));
        return items;
    }

    /// <summary>The responses without events among everything queued on a stream.</summary>
    public static List<WatchResponse> Answers(WatchStream stream) => [.. Take(stream).Select(item => item.Answer).OfType<WatchResponse>()];

    public void SetTerm(ulong term) => Progress.SetHard(new HardState(term, 0, 0));

    public WatchStream Open() => new(Dispatcher);

    public long Put(string key, string value = "") => Apply(new PutCommand { Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value) });

    public long Delete(string key) => Apply(new DeleteRangeCommand { Key = Encoding.UTF8.GetBytes(key) });

    public void Compact(long revision) => Apply(new CompactCommand { Revision = revision });

    /// <summary>Applies and publishes one command; while auth is on, of root.</summary>
    /// <returns>The revision after it.</returns>
    public long Apply<TCommand>(in TCommand command)
        where TCommand : ICommand
    {
        Assert.True(Machine.BeginEntry(Machine.AppliedIndex + 1, term: 1));
        AuthState users = Machine.Reader.Auth;
        CommandResult result = Machine.Apply(
            users.IsEnabled ? CommandFormat.Encode(new AsCommand<TCommand>(AuthIdentity.Of(AuthRole.Root, users.Revision), command)) : CommandFormat.Encode(command));
        Assert.Equal(ErrorCode.None, result.Error);
        Machine.EndEntry();
        Machine.Publish();
        return result.Revision;
    }

    /// <summary>Puts keys k0, k1 and so on in one revision, and returns the events that the only watcher of a stream gets of it.</summary>
    public WatchItem PutTogether(WatchStream stream, int keys, int valueBytes)
    {
        byte[] value = Encoding.ASCII.GetBytes(new string('v', valueBytes));
        Apply(new TxnCommand { Success = [.. Enumerable.Range(0, keys).Select(key => TxnOp.Of(new PutCommand { Key = Encoding.UTF8.GetBytes($"k{key}"), Value = value }))] });
        Deliver();
        return Assert.Single(Take(stream));
    }

    /// <summary>The hub has its turn.</summary>
    public void Deliver()
    {
        while (_queued.TryDequeue(out IThreadPoolWorkItem? item))
        {
            item.Execute();
        }
    }

    public override void Queue(IThreadPoolWorkItem item) => _queued.Enqueue(item);

    public override Task Run(Action action) => throw new NotSupportedException("watching runs no actions");

    public void Dispose() => _engine.Dispose();
}
