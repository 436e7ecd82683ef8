namespace MetaStore.Charts;

/// <summary>Where the plot lies in the picture.</summary>
internal readonly record struct PlotArea(double Left, double Top, double Width, double Height)
{
    /// <summary>Middle of a point's share of the width.</summary>
    public double X(int point, int points) => Left + ((point + 0.5) * Width / points);

    /// <summary>A share of the height, 0 at the bottom.</summary>
    public double Y(double share) => Top + ((1 - share) * Height);
}
