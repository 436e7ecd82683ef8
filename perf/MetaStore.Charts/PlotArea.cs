namespace MetaStore.Charts;

/// <summary>Position of the plot in the image.</summary>
internal readonly record struct PlotArea(double Left, double Top, double Width, double Height)
{
    /// <summary>Horizontal centre of a point.</summary>
    public double X(int point, int points) => Left + ((point + 0.5) * Width / points);

    /// <summary>Vertical position of a fraction of the height, 0 at the bottom.</summary>
    public double Y(double share) => Top + ((1 - share) * Height);
}
