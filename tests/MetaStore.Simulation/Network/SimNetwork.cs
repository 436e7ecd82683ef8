using MetaStore.Raft.Messages;
using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Network;

/// <summary>The network: each direction of each link can be cut; messages are delayed, lost, duplicated and reordered.</summary>
internal sealed class SimNetwork(SimKernel kernel, SimRandom random, int size)
{
    private readonly bool[,] _cut = new bool[size + 1, size + 1];
    private readonly long[,] _changedAt = new long[size + 1, size + 1];
    private readonly ISimPeer?[] _peers = new ISimPeer?[size + 1];
    private readonly OldAcknowledgements _old = new();
    private readonly OldReadAnswers _oldReadAnswers = new();

    /// <summary>Mean time in transit.</summary>
    public long Delay { get; set; }

    public double Loss { get; set; }

    public double Duplication { get; set; }

    /// <summary>Fraction of appends that arrive with fewer entries than were sent, as from a leader with another limit.</summary>
    public double Shortening { get; init; }

    /// <summary>With much duplication, acknowledgements and answers to read rounds of earlier terms are replayed as well.</summary>
    private bool BringsBack => Duplication > 0.02;

    /// <summary>Messages delivered.</summary>
    public long Delivered { get; private set; }

    public void Attach(ulong node, ISimPeer peer) => _peers[node] = peer;

    public void Cut(ulong from, ulong to, bool cut = true)
    {
        if (_cut[from, to] != cut)
        {
            _cut[from, to] = cut;
            _changedAt[from, to] = kernel.Now;
        }
    }

    public bool IsCut(ulong from, ulong to) => _cut[from, to];

    /// <summary>Since when both directions of a link are open; null while one is cut.</summary>
    public long? OpenSince(ulong one, ulong other) =>
        _cut[one, other] || _cut[other, one] ? null : Math.Max(_changedAt[one, other], _changedAt[other, one]);

    public void HealAll()
    {
        for (int from = 1; from <= size; from++)
        {
            for (int to = 1; to <= size; to++)
            {
                Cut((ulong)from, (ulong)to, cut: false);
            }
        }
    }

    /// <summary>Sends one message.</summary>
    public void Send(Message message)
    {
        if (message.To >= (ulong)_peers.Length || _peers[message.To] is not { } receiver)
        {
            return;
        }

        if (BringsBack)
        {
            foreach (Message old in _old.OnSend(message))
            {
                kernel.After(Travel(), () => Deliver(_peers[old.To]!, old));
            }

            foreach (Message old in _oldReadAnswers.OnSend(message))
            {
                for (int copy = 0; copy < OldReadAnswers.Copies; copy++)
                {
                    kernel.After(random.Exponential(OldReadAnswers.MeanDelay), () => Arrive(_peers[old.To]!, old));
                }
            }
        }

        if (_cut[message.From, message.To] || random.Chance(Loss))
        {
            if (random.Chance(0.3))
            {
                _peers[message.From]?.Unreachable(message.To);
            }

            return;
        }

        if (Shortening > 0 && message.Entries.Count > 0 && message.Type == MessageType.AppendEntries && random.Chance(Shortening))
        {
            message = Shortened(message, random.Next(message.Entries.Count));
        }

        // A follower forwards a transfer in the transferee's name; everything else comes from its sender.
        kernel.After(Travel(), () => Deliver(receiver, message));

        // A forwarded proposal must not arrive twice, because it would be appended twice: the transport guarantees that.
        if (message.Type != MessageType.Propose && random.Chance(Duplication))
        {
            long late = random.Chance(0.1) ? 20 * SimKernel.Second : 20 * Delay;
            kernel.After(random.Exponential(late), () => Deliver(receiver, message));
        }
    }

    /// <summary>Sends a snapshot file with its announcement.</summary>
    /// <param name="install">The announcement.</param>
    /// <param name="file">The container.</param>
    /// <param name="delivered">Reports the result to the sender, once.</param>
    public void SendSnapshot(Message install, byte[] file, Action<bool> delivered)
    {
        bool isReported = false;
        void Report(bool taken)
        {
            if (!isReported)
            {
                isReported = true;
                delivered(taken);
            }
        }

        // A connection to a dead node breaks eventually.
        kernel.After(10 * SimKernel.Second, () => Report(false));
        long travel = (4 * Travel()) + (file.Length / 10);
        bool lost = _cut[install.From, install.To] || random.Chance(Loss);
        kernel.After(travel, () =>
        {
            if (lost || _cut[install.From, install.To] || _peers[install.To] is not { } receiver)
            {
                Report(false);
                return;
            }

            // A connection may break in the middle: the file is then truncated.
            bool broken = random.Chance(Loss * 2);
            byte[] arrived = broken ? file[..random.Next(file.Length)] : file;
            receiver.DeliverSnapshot(install, arrived, file.Length, taken => kernel.After(Travel(), () => Report(taken)));
        });
    }

    private static Message Shortened(Message append, int entries) => new()
    {
        Type = append.Type,
        To = append.To,
        From = append.From,
        Term = append.Term,
        LogTerm = append.LogTerm,
        Index = append.Index,
        Commit = append.Commit,
        Context = append.Context,
        Entries = [.. append.Entries.Take(entries)],
    };

    private long Travel() => (Delay / 4) + random.Exponential(Delay);

    private void Deliver(ISimPeer receiver, Message message)
    {
        if (!_cut[message.From, message.To])
        {
            Arrive(receiver, message);
        }
    }

    private void Arrive(ISimPeer receiver, Message message)
    {
        Delivered++;
        kernel.Note(((ulong)message.Type << 32) | (message.From << 8) | message.To, message.Term, message.Index);
        receiver.Deliver(message);
    }
}
