using System.Diagnostics.CodeAnalysis;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants;

/// <summary>State per node incarnation. That of an ended incarnation is dropped when the next one is first accessed.</summary>
internal sealed class PerLife<T>
{
    private readonly List<(SimProcess? Life, T? Known)> _nodes = [];

    public bool TryGet(SimProcess process, [MaybeNullWhen(false)] out T known)
    {
        int node = (int)process.Machine.Id;
        bool isKnown = node < _nodes.Count && ReferenceEquals(_nodes[node].Life, process);
        known = isKnown ? _nodes[node].Known : default;
        return isKnown;
    }

    public bool Knows(SimProcess process) => TryGet(process, out _);

    public void Set(SimProcess process, T known)
    {
        int node = (int)process.Machine.Id;
        while (_nodes.Count <= node)
        {
            _nodes.Add(default);
        }

        _nodes[node] = (process, known);
    }

    public void Forget(SimProcess process)
    {
        if (Knows(process))
        {
            _nodes[(int)process.Machine.Id] = default;
        }
    }
}
