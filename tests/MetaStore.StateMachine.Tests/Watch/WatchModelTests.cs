using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Tests.Rig;
using MetaStore.StateMachine.Watch;
using MetaStore.StateMachine.Watch.Events;

namespace MetaStore.StateMachine.Tests.Watch;

/// <summary>
/// Random writes, groups, compactions, checkpoints, slow receivers and watchers that are added and removed: each watcher's events must equal the
/// store's filtered history, without gap or repetition.
/// </summary>
public abstract class WatchModelTests(string engine)
{
    private static readonly string[] Keys = ["a", "aa", "ab", "b", "ba", "c"];

    [SkippableFact]
    public void Watchers_RandomHistories_SeeExactlyTheHistoryOfTheStore()
    {
        for (var seed = 1; seed <= EngineShare.Seeds(engine, 150); seed++)
        {
            new Run(engine, seed).Steps(200);
        }
    }

    private sealed class Run
    {
        private readonly int _seed;
        private readonly List<RevisionRecord> _log = [];
        private readonly Random _random;
        private readonly StoreRig _leader;
        private readonly WatchRig _follower;
        private readonly List<(Watcher Watcher, long Start)> _watchers = [];
        private readonly RecordingReceiver[] _receivers = [new(), new(), new()];

        public Run(string engine, int seed)
        {
            _leader = new StoreRig(engine);
            _follower = new WatchRig(engine);
            _seed = seed;
            _random = new Random(seed);
            _leader.Machine.Sink = new LogSink(_log);
        }

        public void Steps(int count)
        {
            for (var step = 0; step < count; step++)
            {
                Step();
            }

            Finish();
        }

        private void Step()
        {
            switch (_random.Next(14))
            {
                case < 6:
                    Write();
                    break;
                case 6:
                    _follower.Store.Machine.Publish();
                    _follower.Pump();
                    break;
                case 7:
                    Watch();
                    break;
                case 8:
                    var receiver = _receivers[_random.Next(_receivers.Length)];
                    receiver.HasRoom = !receiver.HasRoom;
                    break;
                case < 12:
                    _follower.Store.Machine.Publish();
                    _receivers[_random.Next(_receivers.Length)].ReadHistory(_follower.Store.Machine.Reader, _follower.Hub);
                    break;
                case 12:
                    if (_random.Next(6) == 0)
                    {
                        Compact();
                    }

                    break;
                default:
                    if (_random.Next(4) == 0)
                    {
                        Install();
                    }
                    else if (_watchers.Count > 0 && _random.Next(4) == 0)
                    {
                        _follower.Hub.Remove(_watchers[_random.Next(_watchers.Count)].Watcher);
                    }

                    break;
            }
        }

        private void Write()
        {
            var text = $"{_random.Next(100)}";
            TxnOp Any(string key) => _random.Next(3) == 0 ? Ops.Delete(key) : Ops.Put(key, text);
            var keys = Keys.OrderBy(_ => _random.Next()).Take(1 + _random.Next(3)).ToArray();
            Both(CommandFormat.Encode(Ops.Txn([], [.. keys.Select(Any)])));
        }

        private void Watch()
        {
            var key = Keys[_random.Next(Keys.Length)];
            var end = _random.Next(3) switch
            {
                0 => "",
                1 => "\0",
                _ => key[..^1] + (char)(key[^1] + 1),
            };
            _follower.Store.Machine.Publish();
            _follower.Pump();
            var now = _follower.Hub.Revision;
            var start = _random.Next(3) switch
            {
                0 => 0,
                1 => 1 + _random.NextInt64(now),
                _ => now + _random.Next(4),
            };
            var watcher = _follower.Watch(key, end, start, (WatchFilters)_random.Next(8), _receivers[_random.Next(_receivers.Length)]);
            _watchers.Add((watcher, start == 0 ? now + 1 : start));
        }

        private void Compact()
        {
            _follower.Store.Machine.Publish();
            var compacted = Math.Max(_leader.Machine.Reader.CompactedRevision, 0);
            if (compacted + 1 < _leader.Revision)
            {
                Both(CommandFormat.Encode(new CompactCommand { Revision = _random.NextInt64(compacted + 1, _leader.Revision) }));
                _follower.Store.Machine.Publish();
                _follower.Store.CompactPhysically(1 + _random.Next(20));
            }
        }

        /// <summary>The follower misses some entries and installs the leader's state instead.</summary>
        private void Install()
        {
            _follower.Store.Machine.Publish();
            for (var i = _random.Next(4); i > 0; i--)
            {
                _leader.Put(Keys[_random.Next(Keys.Length)], "missed");
            }

            _follower.Store.Machine.InstallCheckpoint(new MemoryStream(_leader.Engine.Dump()), default);
        }

        private void Both(byte[] command)
        {
            _leader.ApplyUnpublishedAny(command);
            _leader.Machine.Publish();
            _follower.Store.ApplyUnpublishedAny(command);
        }

        private void Finish()
        {
            _follower.Store.Machine.Publish();
            _follower.Pump();
            foreach (var receiver in _receivers)
            {
                receiver.HasRoom = true;
                while (receiver.Unsynced.Exists(watcher => !watcher.IsRemoved))
                {
                    receiver.ReadHistory(_follower.Store.Machine.Reader, _follower.Hub);
                }
            }

            foreach (var (watcher, start) in _watchers)
            {
                Check(watcher, start);
            }
        }

        private void Check(Watcher watcher, long start)
        {
            var got = _follower.Lines(watcher).Select(WithoutPrevious).ToList();
            var expected = History(watcher, start);
            var where = $"seed={_seed} watcher={watcher.Id} from {start}";
            if (watcher.IsRemoved)
            {
                Assert.True(got.SequenceEqual(expected.Take(got.Count)), where);
            }
            else
            {
                Assert.True(got.SequenceEqual(expected), $"{where}\n{string.Join('\n', expected)}\n-- got --\n{string.Join('\n', got)}");
            }
        }

        /// <summary>The changes that the leader's sink received, filtered.</summary>
        private List<string> History(Watcher watcher, long start) =>
            [.. _log.Where(record => record.Main >= start && watcher.Range.Contains(KeyValueCodec.KeyOf(record.Record))
                    && !watcher.Form.HasFlag(record.IsDelete ? WatchFilters.NoDelete : WatchFilters.NoPut))
                .Select(record => RecordingReceiver.Show(new WatchEvent(record)))];

        private static string WithoutPrevious(string line) => line.Split(" before ")[0];
    }

    private sealed class LogSink(List<RevisionRecord> log) : IRevisionSink
    {
        public void OnPublished(ReadOnlySpan<RevisionRecord> records, ReadOnlySpan<AuthMark> marks, long revision) => log.AddRange(records);

        public void OnReplaced(long revision, AuthState auth) => throw new InvalidOperationException("the leader gets no checkpoint");
    }
}
